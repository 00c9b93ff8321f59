// One chain of requests: what a page will need is known from its address, but would be asked for only once the entry script has run. A
// small module that stands before it asks for it at once: of a pattern's page its code, its story and the worker's script; else the gallery.
// A file of its own, for the Content-Security-Policy forbids inline scripts.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { runnerImport } from 'vite';

const PAGE = '/src/view/page/PatternPage.tsx', GALLERY = '/src/view/gallery/Gallery.tsx';

/** JavaScript that a pattern's page loads before it can be played, compressed; the worker's comes beside it. e2e/budget.spec.ts holds a browser to it. */
const PAGE_BYTES = 150_000;
/** Those that need more, just above what they have: engines of other patterns meet in their first run, or their own texts are long. React alone is 67 kB of each page. */
const HEAVIER = { saga: 157_000, 'rate-limiting': 157_000, bulkhead: 156_000, retry: 154_000, 'token-bucket': 153_000, timeout: 152_000 };

/** Runs in the page. `files` by number: those of any pattern's page, of each pattern, and of the gallery. */
function early(files, page, patterns, gallery) {
  const query = new URLSearchParams(location.search), p = query.get('p');
  const wanted = p === null ? gallery : Object.hasOwn(patterns, p) ? [...page, ...patterns[p]] : [];
  for (const file of new Set(wanted)) {
    const link = document.createElement('link'), name = files[file];
    if (name.startsWith('worker-')) {
      // No link can preload a worker: it is read here, so that the browser has it when it starts.
      fetch(`./assets/${name}`, { priority: 'low' }).then((response) => response.arrayBuffer()).catch(() => undefined);
      continue;
    }
    link.rel = name.endsWith('.css') ? 'preload' : 'modulepreload';
    link.as = name.endsWith('.css') ? 'style' : 'script';
    link.crossOrigin = '';
    link.href = `./assets/${name}`;
    document.head.append(link);
  }
}

export function earlyLoad() {
  let fileName, loaded;
  return [{
    name: 'early-load',
    apply: 'build',
    generateBundle: {
      order: 'pre',
      async handler(_options, bundle) {
        const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
        const of = (path) => chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(path));
        const entry = of('/index.html');
        const page = of(PAGE), gallery = of(GALLERY);
        if (page === undefined || gallery === undefined || entry === undefined) throw new Error('The build has no chunk of the pattern page or of the gallery.');
        // What the entry imports itself is named in index.html already.
        const known = new Set([entry.fileName, ...entry.imports]);
        const closure = (roots) => {
          const found = new Set();
          const add = (chunk) => {
            if (known.has(chunk.fileName) || found.has(chunk.fileName)) return;
            found.add(chunk.fileName);
            for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css);
            for (const next of chunk.imports) if (bundle[next]?.type === 'chunk') add(bundle[next]);
          };
          roots.forEach(add);
          return [...found];
        };
        const { module } = await runnerImport('/src/entry/guests.ts', { configFile: false, root: new URL('..', import.meta.url).pathname, logLevel: 'error' });
        const worker = /worker-[\w-]+\.js/.exec(entry.code)?.[0];
        const numbers = new Map();
        const number = (file) => {
          const name = file.replace(/^assets\//, '');
          if (!numbers.has(name)) numbers.set(name, numbers.size);
          return numbers.get(name);
        };
        const ofPage = [...closure([page]), ...(worker === undefined ? [] : [worker])].map(number);
        const patterns = Object.fromEntries(Object.entries(module.guests).map(([id, guests]) => [id, closure([of(`/src/patterns/${id}/story.ts`), ...guests.map((guest) => of(`/src/patterns/${guest}/stories.ts`))].filter(Boolean)).map(number)]));
        const ofGallery = closure([gallery, of('virtual:stills')].filter(Boolean)).map(number);
        const source = `(${early.toString().replaceAll(/\n\s*/g, '\n')})(${[[...numbers.keys()], ofPage, patterns, ofGallery].map((part) => JSON.stringify(part)).join(',')});\n`;
        loaded = Object.entries(patterns).map(([id, own]) => [id, [...known, ...[...new Set([...ofPage, ...own])].map((i) => `assets/${[...numbers.keys()][i]}`)]]);
        fileName = `assets/early-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`;
        this.emitFile({ type: 'asset', fileName, source });
      },
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) => (fileName === undefined ? html : html.replace('<script type="module"', `<script type="module" async crossorigin src="./${fileName}"></script>\n    <script type="module"`)),
    },
  }, {
    name: 'page-budget',
    apply: 'build',
    generateBundle: {
      order: 'post', // names of files have been put into the code by then
      handler(_options, bundle) {
        const bytes = (file) => (bundle[file]?.type === 'chunk' ? gzipSync(bundle[file].code, { level: 9 }).length : file === fileName ? gzipSync(bundle[file].source, { level: 9 }).length : 0);
        const loads = loaded.map(([id, files]) => [id, [fileName, ...files].reduce((sum, file) => sum + bytes(file), 0)]);
        const wrong = loads.filter(([id, sum]) => sum > (HEAVIER[id] ?? PAGE_BYTES));
        if (wrong.length > 0) this.error(`too much JavaScript, compressed, for the page of ${wrong.map(([id, sum]) => `${id} (${sum} bytes; at most ${HEAVIER[id] ?? PAGE_BYTES})`).join(', ')}`);
        console.log(`pages of patterns load ${loads.map(([id, sum]) => `${id} ${sum}`).join(', ')} bytes of JavaScript, compressed`);
      },
    },
  }];
}
