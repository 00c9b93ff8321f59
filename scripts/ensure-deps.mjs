// Runs before start, test, sim and bench: a fresh clone needs no separate install step.
// Imports nothing from node_modules, because there may be none yet.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// First of all, and without anything an old Node lacks, so that it can still print this.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Patternscope needs Node 20.19 or newer; this is Node ${process.versions.node}. Get one at https://nodejs.org/`);
  process.exit(1);
}

const root = join(import.meta.dirname, '..');
const stampFile = join(root, 'node_modules', '.patternscope-deps');

// The platform is part of the stamp: the bundler, compiler and linter are native binaries.
const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update([process.versions.node, process.platform, process.arch].join(' '))
  .digest('hex');

if (readStamp() !== stamp) {
  console.error('Installing the dependencies (once per lockfile) ...');
  const npm = process.env.npm_execpath; // the very npm that runs this script, where there is one
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error('npm ci failed (see above). After fixing the cause, run the same command again.');
    process.exit(1);
  }
  writeFileSync(stampFile, stamp);
}

function readStamp() {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return '';
  }
}
