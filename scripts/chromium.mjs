// Finds a Chromium for the browser tests, or installs one. As a program it prints the path.
// A system's headless shell is preferred: the same engine, two to three times faster than the full browser.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const oldestMajor = 120;
const root = join(import.meta.dirname, '..');
const isWindows = process.platform === 'win32';

export const launchFlags = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium refuses to start its sandbox as root
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where Playwright keeps what it downloads. */
export function playwrightCache() {
  const chosen = process.env.PLAYWRIGHT_BROWSERS_PATH;
  if (chosen && chosen !== '0') return chosen;
  if (isWindows) return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ms-playwright');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ms-playwright');
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright');
}

/** The path of a Chromium that answers, or undefined; throws where CHROMIUM_PATH names none, rather than take another than was asked for. */
export function findChromium() {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH && !answers(CHROMIUM_PATH)) {
    throw new Error(`CHROMIUM_PATH is "${CHROMIUM_PATH}", but ${existsSync(CHROMIUM_PATH) ? `that is no Chromium ${oldestMajor} or newer` : 'there is no such file'}. Name one that is, or unset it: one is looked for then.`);
  }
  for (const candidates of [fromEnvironment, fromPath, fromStandardPlaces, fromPlaywrightCache]) {
    const found = candidates().find(answers);
    if (found) return found;
  }
  return undefined;
}

/** The same, installing one if need be; throws with the remedies when nothing works. */
export function ensureChromium() {
  const found = findChromium() ?? (downloadWithPlaywright(), findChromium()) ?? (installWithApt(), findChromium());
  if (found) return found;
  throw new Error(
    [
      `No Chromium ${oldestMajor} or newer was found, and none could be installed. Any one of these helps:`,
      '  sudo apt-get install chromium-headless-shell fonts-liberation',
      '  npx playwright install chromium',
      '  CHROMIUM_PATH=/path/to/chrome npm test',
    ].join('\n'),
  );
}

function fromEnvironment() {
  const { CHROMIUM_PATH, CHROME_PATH, PUPPETEER_EXECUTABLE_PATH } = process.env;
  return [CHROMIUM_PATH, CHROME_PATH, PUPPETEER_EXECUTABLE_PATH].filter(Boolean);
}

function fromPath() {
  const names = [
    'chromium-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
  ];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, isWindows ? `${name}.exe` : name)));
}

function fromStandardPlaces() {
  if (process.platform === 'darwin') {
    return [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    ];
  }
  if (!isWindows) return [];
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].filter(Boolean);
  const browsers = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];
  return programs.flatMap((folder) => browsers.map((browser) => join(folder, browser)));
}

function fromPlaywrightCache() {
  const cache = playwrightCache();
  if (!existsSync(cache)) return [];
  const executable = /[/\\](chrome-headless-shell|headless_shell|chrome|Chromium|Google Chrome for Testing)(\.exe)?$/;
  return readdirSync(cache)
    .filter((name) => name.startsWith('chromium'))
    .sort((a, b) => Number(b.includes('headless')) - Number(a.includes('headless')))
    .flatMap((name) => readdirSync(join(cache, name), { recursive: true }).map((file) => join(cache, name, String(file))))
    .filter((file) => executable.test(file));
}

/** Only a browser that tells its version counts: this skips Ubuntu's stub that merely points to a snap package. */
function answers(path) {
  if (!existsSync(path)) return false;
  if (isWindows) return majorFromFolders(path) >= oldestMajor; // chrome.exe --version opens a window there
  // What it writes to stderr does not matter: Debian's wrapper has a harmless warning.
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return Number(/(\d+)\.\d+\.\d+/.exec(stdout ?? '')?.[1] ?? 0) >= oldestMajor;
}

function majorFromFolders(path) {
  if (path.includes('ms-playwright')) return Infinity;
  return Math.max(0, ...readdirSync(dirname(path)).map((name) => Number(/^(\d+)\.\d+\./.exec(name)?.[1] ?? 0)));
}

function downloadWithPlaywright() {
  console.error('No Chromium found; trying the download of Playwright ...');
  const cli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');
  // A blocked network is an ordinary case with a fallback, so one line of its long error is enough.
  quietly(process.execPath, [cli, 'install', '--only-shell', 'chromium'], 300_000);
}

function installWithApt() {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux' || !isRoot || !existsSync('/usr/bin/apt-get')) return;
  console.error('Trying the system package ...');
  const apt = (...args) => quietly('apt-get', ['-y', '-o', 'DPkg::Lock::Timeout=120', ...args], 600_000);
  apt('update');
  for (const name of ['chromium-headless-shell', 'chromium']) {
    if (apt('install', '--no-install-recommends', name, 'fonts-liberation')) return;
  }
}

function quietly(command, args, timeout) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync(command, args, { cwd: root, env, timeout, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  const why = (stderr ?? '').split('\n').find((line) => /^(E:|Error)/.test(line)) ?? `exit code ${status}`;
  if (status !== 0) console.error(`  ${basename(command)} did not succeed: ${why}`);
  return status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(ensureChromium());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
