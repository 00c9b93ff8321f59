/** What the copy dialog offers to paste, for one choice of what to show. Pure: settings in, text out. */
import { DEFAULT_CONTROLS, DEFAULT_PANELS, type Control, type Panel, type Theme } from './contract.ts';
import { attributesOf, embedAddress } from './address.ts';

export interface EmbedSettings {
  /** The site, with a slash at its end. */
  readonly site: string;
  /** From the question mark on: the moment link of the site. */
  readonly link: string;
  readonly title: string;
  readonly summary: string;
  readonly panels: readonly Panel[];
  readonly controls: readonly Control[];
  readonly readOnly: boolean;
  readonly theme: Theme;
  readonly autoplay: boolean;
  readonly loop: boolean;
  /** Shows the guided tour from its first step, whatever the moment. */
  readonly tour: boolean;
  /** CSS px; null follows the content, where the host's page can follow it. */
  readonly height: number | null;
}
export interface Snippet {
  readonly id: string;
  readonly label: string;
  readonly language: 'html' | 'markdown' | 'mdx' | 'url' | 'js';
  readonly text: string;
  /** Where it goes, and what must be set up there once. */
  readonly note: string;
  readonly setup?: { readonly file: string; readonly text: string };
}

/** Height of a frame that nobody adjusts. */
const FIXED_HEIGHT = 560;
const html = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const markdown = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>()#!|]/g, (character) => `\\${character}`);

/** Attributes of the frame beside those of the run, as far as they are not the usual ones. */
function looks({ panels, controls, readOnly, theme, autoplay, loop, tour }: EmbedSettings): [string, string][] {
  const out: [string, string][] = [];
  if (panels.join() !== DEFAULT_PANELS.join()) out.push(['panels', panels.join(',')]);
  if (controls.join() !== DEFAULT_CONTROLS.join()) out.push(['controls', controls.length === 0 ? 'none' : controls.join(',')]);
  if (tour) out.push(['tour', '1']);
  if (readOnly) out.push(['readonly', '1']);
  if (theme !== 'auto') out.push(['theme', theme]);
  if (autoplay) out.push(['autoplay', '1']);
  if (loop) out.push(['loop', '1']);
  return out;
}
/** What decides the run. A tour says itself when it begins. */
function runOf({ link, tour }: EmbedSettings): ReturnType<typeof attributesOf> {
  const all = attributesOf(link);
  return tour ? { ...all, attributes: all.attributes.filter(([name]) => name !== 't') } : all;
}
export function frameAddress(settings: EmbedSettings): string {
  const { pattern, attributes, state } = runOf(settings);
  return embedAddress(settings.site, pattern, [...attributes, ...looks(settings)], state);
}
/** The same moment on the site itself. */
export const fullAddress = ({ site, link }: EmbedSettings): string => new URL(link, site).href;

function elementTag(settings: EmbedSettings, indent = ''): string {
  const { pattern, attributes, state } = runOf(settings);
  const flags = new Set(['readonly', 'autoplay', 'loop', 'tour']);
  const all = [...attributes, ...looks(settings), ...(state === null ? [] : [['state', state] as [string, string]]), ...(settings.height === null ? [] : [['height', String(settings.height)] as [string, string]])];
  const text = all.map(([name, value]) => (flags.has(name) ? ` ${name}=""` : ` ${name}="${html(value)}"`)).join('');
  const still = `${settings.site}stills/${pattern}.svg`;
  return `${indent}<pattern-scope pattern="${html(pattern)}"${text}>\n${indent}  <a href="${html(fullAddress(settings))}"><img src="${html(still)}" alt="${html(`${settings.title}: a still of the simulation`)}" width="960" height="540" /></a>\n${indent}</pattern-scope>`;
}
const scriptTag = ({ site }: EmbedSettings): string => `<script type="module" src="${html(`${site}pattern-scope.js`)}"></script>`;
const sandbox = 'allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads';

export function snippets(settings: EmbedSettings): readonly Snippet[] {
  const { pattern } = attributesOf(settings.link);
  const { site, title, summary } = settings;
  const height = settings.height ?? FIXED_HEIGHT;
  const frame = frameAddress(settings), full = fullAddress(settings);
  const iframe = `<iframe src="${html(frame)}" title="${html(`${title}: simulation`)}" width="100%" height="${height}" loading="lazy" sandbox="${sandbox}" allow="clipboard-write; fullscreen"></iframe>`;
  const script = `${site}pattern-scope.js`;
  const tag = elementTag(settings);
  const still = `${site}stills/${pattern}.svg`;
  return [
    { id: 'element', label: 'HTML element', language: 'html', text: `${scriptTag(settings)}\n${tag}`, note: 'Follows the theme of the page, fits its height, can be driven by links and scripts. The script is wanted once a page.' },
    { id: 'iframe', label: 'iframe', language: 'html', text: iframe, note: 'One line without a script. Its height is fixed.' },
    { id: 'vitepress', label: 'VitePress', language: 'markdown', text: `${tag}\n`, note: 'In any Markdown file.', setup: { file: '.vitepress/config.ts', text: `head: [['script', { type: 'module', src: '${script}' }]],\nvue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'pattern-scope' } } },` } },
    { id: 'docusaurus', label: 'Docusaurus', language: 'mdx', text: `${tag}\n`, note: 'In any .md or .mdx file.', setup: { file: 'docusaurus.config.js', text: `scripts: [{ src: '${script}', type: 'module' }],` } },
    { id: 'starlight', label: 'Starlight', language: 'mdx', text: `${tag}\n`, note: 'In any .md or .mdx file.', setup: { file: 'astro.config.mjs', text: `head: [{ tag: 'script', attrs: { type: 'module', src: '${script}' } }],` } },
    { id: 'mkdocs', label: 'MkDocs', language: 'markdown', text: `${tag.replaceAll(/\n\s*/g, '')}\n`, note: 'In any Markdown file; it stays on one line there.', setup: { file: 'mkdocs.yml', text: `extra_javascript:\n  - path: ${script}\n    type: module` } },
    { id: 'reveal', label: 'reveal.js', language: 'html', text: `<section>\n  <h2>${html(title)}</h2>\n  <iframe data-src="${html(frame)}" title="${html(`${title}: simulation`)}" width="100%" height="${height}" sandbox="${sandbox}"></iframe>\n</section>`, note: 'A slide. It is loaded when the slide comes near, and takes no keys until it is clicked; Escape gives them back.' },
    { id: 'link', label: 'Notion, Confluence', language: 'url', text: frame, note: 'Paste the address as an embed block (Notion: /embed, Confluence: iframe macro).' },
    { id: 'readme', label: 'README', language: 'markdown', text: `[![${markdown(`${title}: ${summary}`)}](${still})](${full})`, note: 'Where no scripts run: a still that links to the simulation. The stills below show this very moment.' },
  ];
}
