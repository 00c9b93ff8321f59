// One chain of requests: what a page will need is known from its address, but would be asked for only once the entry script has run. A
// small module that stands before it asks for it at once: of a pattern's page its code, its story and the worker's script; else the gallery.
// A file of its own, for the Content-Security-Policy forbids inline scripts.
import { createHash } from 'node:crypto';
import { runnerImport } from 'vite';

const PAGE = '/src/view/page/PatternPage.tsx', GALLERY = '/src/view/gallery/Gallery.tsx';

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
  let fileName;
  return {
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
        const ofGallery = closure([gallery]).map(number);
        const source = `(${early.toString().replaceAll(/\n\s*/g, '\n')})(${[[...numbers.keys()], ofPage, patterns, ofGallery].map((part) => JSON.stringify(part)).join(',')});\n`;
        fileName = `assets/early-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`;
        this.emitFile({ type: 'asset', fileName, source });
      },
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) => (fileName === undefined ? html : html.replace('<script type="module"', `<script type="module" async crossorigin src="./${fileName}"></script>\n    <script type="module"`)),
    },
  };
}
