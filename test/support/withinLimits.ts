import type { Table } from "../../functions/store/table.ts";
import * as checks from "../../functions/store/tableChecks.ts";

/** Adds DynamoDB's limits to a table without them: dynoxide, or a plain one. */
export function withinLimits(table: Table): Table {
  return {
    get: async (key, ...more) => {
      checks.checkKeys([key]);
      return table.get(key, ...more);
    },
    getMany: async (keys, ...more) => {
      checks.checkKeys(keys);
      return table.getMany(keys, ...more);
    },
    getTogether: async (keys, ...more) => {
      checks.checkKeys(keys);
      const answer = await table.getTogether(keys, ...more);
      checks.checkTogether(answer.items);
      return answer;
    },
    query: async (pk, range, ...more) => {
      checks.checkQuery(pk, range);
      return table.query(pk, range, ...more);
    },
    queryReverse: async (g1p, range, ...more) => {
      checks.checkReverseQuery(g1p, range);
      return table.queryReverse(g1p, range, ...more);
    },
    write: async (actions, ...more) => {
      checks.checkWrite(actions, more[0]);
      return table.write(actions, ...more);
    },
    deleteMany: async (keys, ...more) => {
      checks.checkDelete(keys);
      return table.deleteMany(keys, ...more);
    },
  };
}
