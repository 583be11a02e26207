// As net.mjs: read as a whole, node:crypto loads Web Crypto.
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
