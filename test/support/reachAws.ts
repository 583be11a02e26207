/** Has commands and clients of AWS in this process reach a server of the tests. @returns what takes it back */
export function reachAws(url: string): () => void {
  const before = process.env;
  const credentials = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
  process.env = { ...before, ...credentials, AWS_ENDPOINT_URL: url };
  return () => {
    process.env = before;
  };
}
