/** The server does not start, for a reason the person at the keyboard can change: one line, exit code 2. */
export class StartRefused extends Error {
  constructor(line: string) {
    super(line);
    this.name = "StartRefused";
  }
}
