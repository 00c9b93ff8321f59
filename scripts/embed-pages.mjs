// What the build makes beside the bundle: a Content-Security-Policy in every page, a page, a still and an oEmbed answer for every pattern,
// and the element's script as one file with a stable name. SITE_URL (with a slash at its end) is where the site will be: only with it can
// oEmbed answers hold HTML, for a consumer pastes it into pages elsewhere.
import react from '@vitejs/plugin-react';
import { build, runnerImport } from 'vite';
import { bundleBudget } from './bundle-budget.mjs';

/** Sources of scripts and of everything else; styles set by script are allowed by it, style attributes and inline code are not. */
export const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "media-src 'self' blob:", "font-src 'self'", "worker-src 'self' blob:", "frame-src 'self'", "manifest-src 'self'",
  // Run documents may lie elsewhere (`src=`): they are read as data.
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "base-uri 'none'", "form-action 'none'", "object-src 'none'",
  "require-trusted-types-for 'script'", 'trusted-types patternscope',
].join('; ');

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text) => text.replace(/[&<>"']/g, (character) => ESCAPES[character]);

/** The page of a pattern's embed from the general one: its own words, its still, and paths that are two folders deeper. */
export function patternPage(html, { id, title, summary, caption }) {
  const still = [
    '<picture>', `<source srcset="../../stills/${id}-dark.svg" media="(prefers-color-scheme: dark)" />`,
    `<img src="../../stills/${id}.svg" width="960" height="540" alt="${escaped(`${title}. ${caption}`)}" />`, '</picture>',
    `<figcaption><b>${escaped(title)}.</b> ${escaped(summary)} <a href="../../?p=${id}" target="_blank" rel="noopener">Open the simulation</a></figcaption>`,
  ].join('\n        ');
  return deeper(html, 2)
    .replace(/<title>.*?<\/title>/, `<title>${escaped(title)} · Patternscope</title>\n    <meta name="description" content="${escaped(summary)}" />\n    <link rel="alternate" type="application/json+oembed" href="../../oembed/${id}.json" title="${escaped(title)}" />`)
    .replace(/<figcaption>[\s\S]*?<\/figcaption>/, still);
}
/** Relative paths of a page that moves so many folders down. */
export const deeper = (html, levels) => html.replaceAll(/(href|src)="\.\/([^"]*)"/g, (_, name, path) => `${name}="${'../'.repeat(levels)}${path}"`);

export function oembed({ id, title }, site) {
  const common = { version: '1.0', title: `${title} · Patternscope`, provider_name: 'Patternscope' };
  if (site === undefined) return { ...common, type: 'link' };
  const [width, height] = [720, 520];
  const address = `${site}embed/${id}/`;
  return {
    ...common, provider_url: site, type: 'rich', width, height,
    html: `<iframe src="${escaped(address)}" title="${escaped(`${title}: simulation`)}" width="${width}" height="${height}" style="border:0;max-width:100%" loading="lazy" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"></iframe>`,
    thumbnail_url: `${site}stills/${id}.svg`, thumbnail_width: 960, thumbnail_height: 540,
  };
}
const siteUrl = () => process.env.SITE_URL?.replace(/\/*$/, '/');

/** Puts the policy into a built page. */
const policy = {
  name: 'content-security-policy',
  apply: 'build', // the development server writes scripts into its pages, which this would forbid
  transformIndexHtml: { order: 'post', handler: (html) => html.replace('<meta charset="utf-8" />', `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}" />`) },
};

export const embedPages = () => [policy, pages()];
function pages() {
  const root = new URL('..', import.meta.url).pathname;
  let built = false;
  return {
    name: 'embed-pages',
    configResolved(config) { built = config.command === 'build' && !config.build.ssr; },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').replace(/[?#].*$/, '');
        if (/\/embed\/(?:[^/]+\/)?$/.test(path)) request.url = '/embed.html';
        else if (path === '/pattern-scope.js') request.url = '/src/entry/element.ts';
        next();
      });
    },
    generateBundle: {
      order: 'post', // the pages themselves are made in this step
      async handler(_options, bundle) {
        if (!built || bundle['index.html'] === undefined) return;
        const emit = (fileName, source) => this.emitFile({ type: 'asset', fileName, source });
        let html = '';
        for (const file of await frameBundle(root)) {
          if (file.fileName === 'embed.html') html = String(file.source);
          else emit(file.fileName, file.type === 'chunk' ? file.code : file.source);
        }
        emit('embed/index.html', deeper(html, 1));
        const { module } = await runnerImport('/src/entry/posters.ts', { configFile: false, root, logLevel: 'error' });
        for (const poster of module.posters) {
          emit(`embed/${poster.id}/index.html`, patternPage(html, poster));
          emit(`oembed/${poster.id}.json`, `${JSON.stringify(oembed(poster, siteUrl()), null, 1)}\n`);
          emit(`stills/${poster.id}.svg`, poster.light);
          emit(`stills/${poster.id}-dark.svg`, poster.dark);
        }
        emit('pattern-scope.js', await elementScript(root));
      },
    },
  };
}
/**
 * The frame is bundled apart from the site, with Preact in place of React: the same components in a fraction of the size, for a frame is
 * opened by people who read something else.
 */
async function frameBundle(root) {
  const result = await build({
    root, configFile: false, logLevel: 'error', base: './', publicDir: false, plugins: [react(), policy, bundleBudget('embed')],
    resolve: { alias: frameAliases }, worker: { format: 'es' },
    build: { write: false, target: 'es2022', assetsDir: 'embed/assets', rolldownOptions: { input: 'embed.html' } },
  });
  return (Array.isArray(result) ? result[0] : result).output;
}
const frameAliases = [
  { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
  { find: /^react\/jsx-runtime$/, replacement: 'preact/jsx-runtime' },
  { find: /^react(-dom)?$/, replacement: 'preact/compat' },
  { find: /^.+\/lanes\.tsx$/, replacement: `${import.meta.dirname}/../src/view/common/noLanes.tsx` },
];
/** Bundled by itself, so that it shares no file with the site and can be copied. */
async function elementScript(root) {
  const result = await build({
    root, configFile: false, logLevel: 'error', publicDir: false,
    build: { write: false, target: 'es2022', modulePreload: false, lib: { entry: 'src/entry/element.ts', formats: ['es'], fileName: 'pattern-scope' } },
  });
  const { output } = Array.isArray(result) ? result[0] : result;
  return output[0].code;
}
