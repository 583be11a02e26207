import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";

/** A file of a function's code. */
interface CodeFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/**
 * Code that is written at synth, without a container.
 * @param source its folder @param words CDK distinguishes code of one folder by them
 */
export function readableCode(source: string, words: string[], files: () => readonly CodeFile[]): Code {
  return Code.fromAsset(source, {
    // Hash of the output instead of the sources: a comment must not replace a function.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("never-used"),
      command: words,
      local: {
        tryBundle: (folder) => {
          for (const { contents, name } of files()) {
            const path = join(folder, name);
            writeFileSync(path, contents);
            // CDK's archive keeps the mode, and Lambda loads only what everybody may read (Lambda Developer Guide, "Deployment
            // package file permissions"). With the umask 077, of this machine or of npm's installation, nobody else may.
            chmodSync(path, 0o644);
          }
          return true;
        },
      },
    },
  });
}
