// Turns a TypeScript entry into plain modules that Node runs at full speed, with the bundler that builds the site.
import { spawn } from 'node:child_process';
import { basename, extname, join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Builds `entry` (relative to the root) and returns the path of the built module. Dynamic imports become chunks beside it. */
export async function bundleForNode(entry) {
  const { build } = await import('vite');
  const outDir = join(root, 'node_modules', '.cache', 'patternscope', basename(entry, extname(entry)));
  // Names carry a hash and nothing is deleted: a second run may build while the first still loads its chunks.
  const fileNames = '[name]-[hash].mjs';
  const { output } = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(root, entry),
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      sourcemap: true,
      rolldownOptions: { output: { format: 'es', entryFileNames: fileNames, chunkFileNames: fileNames } },
    },
  });
  return join(outDir, output.find((file) => file.type === 'chunk' && file.isEntry).fileName);
}

/** Bundles `entry`, runs it in a Node of its own (no bundler in its heap) and takes over its exit code. */
export async function runBundled(entry, args, nodeFlags = []) {
  let file;
  try {
    file = await bundleForNode(entry);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  const child = spawn(process.execPath, ['--enable-source-maps', ...nodeFlags, file, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
