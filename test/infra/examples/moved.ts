import { App, Stack } from "aws-cdk-lib";
import { Rollcall } from "../../../lib/rollcall.ts";

const app = new App();
const stack = new Stack(app, "Rollcall", { terminationProtection: true });
new Rollcall(stack, "Default", { webhooks: true });
