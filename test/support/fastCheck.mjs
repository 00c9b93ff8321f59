// What tests get for `fast-check`: the library with one seed for all, so that a run of the suite is the same everywhere and always.
// `FC_SEED=7` tries another; a failing property prints the seed and path that it failed with.
import fc from '../../node_modules/fast-check/lib/fast-check.js';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FC_SEED ?? 1) });
export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
