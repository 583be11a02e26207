// In place of a module of CDK: itself, as the environment loads it.
export default {
  process: (_source, filename) => ({ code: `module.exports = requireOnce(${JSON.stringify(filename)});` }),
};
