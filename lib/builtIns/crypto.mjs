// See net.mjs: a full import of node:crypto loads Web Crypto.
export const {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
  randomUUID,
} = process.getBuiltinModule("node:crypto");
