/** What starting Node and loading any module costs. */
export const handler = async () => ({ statusCode: 200, body: "" });
