/** Small line drawings on a 16-unit square; they take the colour of the text. */
import type { ReactNode } from 'react';

const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const solid = { fill: 'currentColor', stroke: 'none' } as const;

const drawings = {
  play: <path {...solid} d="M4.5 2.6v10.8a.6.6 0 0 0 .92.5l8.3-5.4a.6.6 0 0 0 0-1l-8.3-5.4a.6.6 0 0 0-.92.5Z" />,
  pause: <path {...solid} d="M4 2.5h2.6v11H4zm5.4 0H12v11H9.4z" />,
  restart: <path {...line} d="M3 3v10M13 3.4 6.2 8l6.8 4.6V3.4Z" />,
  nextEvent: <path {...line} d="m5 4 4.5 4L5 12M12 6.9v2.2" />,
  previousEvent: <path {...line} d="m11 4-4.5 4L11 12M4 6.9v2.2" />,
  nextNote: <path {...line} d="m3.5 4 4 4-4 4m4-8 4 4-4 4M13.5 3v10" />,
  previousNote: <path {...line} d="m12.5 4-4 4 4 4m-4-8-4 4 4 4M2.5 3v10" />,
  undo: <path {...line} d="M6 3 2.8 6.2 6 9.4M3.2 6.2h6.1a3.7 3.7 0 0 1 0 7.3H6.5" />,
  redo: <path {...line} d="m10 3 3.2 3.2L10 9.4m2.8-3.2H6.7a3.7 3.7 0 0 0 0 7.3h2.8" />,
  share: <path {...line} d="M6.7 9.3a2.7 2.7 0 0 0 3.9 0l2.2-2.3a2.8 2.8 0 0 0-3.9-3.9l-.8.8m1.2 2.8a2.7 2.7 0 0 0-3.9 0L3.2 9a2.8 2.8 0 0 0 3.9 3.9l.8-.8" />,
  plus: <path {...line} d="M8 3.2v9.6M3.2 8h9.6" />,
  minus: <path {...line} d="M3.2 8h9.6" />,
  fit: <path {...line} d="M2.8 6V2.8H6m4 0h3.2V6m0 4v3.2H10m-4 0H2.8V10" />,
  close: <path {...line} d="m3.8 3.8 8.4 8.4m0-8.4-8.4 8.4" />,
  info: <><circle {...line} cx="8" cy="8" r="5.8" /><path {...line} d="M8 7.4v3.4M8 5.1v.1" /></>,
  help: <><circle {...line} cx="8" cy="8" r="5.8" /><path {...line} d="M6.4 6.3a1.6 1.6 0 1 1 2.4 1.4c-.5.3-.8.6-.8 1.2M8 11v.1" /></>,
  search: <><circle {...line} cx="7" cy="7" r="4.2" /><path {...line} d="m10.2 10.2 3.3 3.3" /></>,
  sun: <><circle {...line} cx="8" cy="8" r="2.7" /><path {...line} d="M8 1.8v1.3m0 9.8v1.3M1.8 8h1.3m9.8 0h1.3M3.6 3.6l.9.9m7 7 .9.9m0-8.8-.9.9m-7 7-.9.9" /></>,
  moon: <path {...line} d="M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z" />,
  auto: <><circle {...line} cx="8" cy="8" r="5.6" /><path {...solid} d="M8 2.4a5.6 5.6 0 0 1 0 11.2Z" /></>,
  down: <path {...line} d="m4 6.2 4 4 4-4" />,
  up: <path {...line} d="m4 9.8 4-4 4 4" />,
  left: <path {...line} d="m9.800 4-4 4 4 4" />,
  right: <path {...line} d="m6.2 4 4 4-4 4" />,
  grip: <path {...line} strokeWidth={2.200} d="M5.800 4h.1m-.1 4h.1m-.1 4h.1M10.200 4h.1m-.1 4h.1m-.1 4h.1" />,
  compare: <path {...line} d="M2.8 3h4v10h-4zm6.4 0h4v10h-4z" />,
  fault: <path {...line} d="M9 1.8 3.6 9H8l-1 5.2L12.4 7H8l1-5.2Z" />,
  trash: <path {...line} d="M2.8 4.4h10.4M6.3 4.2V2.6h3.4v1.6M4.2 4.6l.6 8.8h6.4l.6-8.8M6.8 7.2v3.6m2.4-3.6v3.6" />,
  film: <path {...line} d="M2.4 4.200h7.800v7.600H2.400zM10.200 7l3.400-2v6l-3.400-2" />,
  embed: <path {...line} d="M5.500 4.500 2 8l3.500 3.500M10.500 4.500 14 8l-3.500 3.500" />,
  copy: <path {...line} d="M5.6 5.6h7.6v7.6H5.6zM3.8 10.4h-1V2.8h7.6v1" />,
  save: <path {...line} d="M8 2.6v7.2m-3-2.9 3 3 3-3M3 12.9h10" />,
  settings: <path {...line} d="M2.6 4.6h5.2m3.4 0h2.2M2.6 11.4h2.2m3.4 0h5.2M9.5 2.9a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4Zm-3 6.8a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4Z" />,
  branch: <path {...line} d="M4.5 5.4v5.2m0 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Zm0-5.2a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm7 0a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm0 0c0 3-3.6 2.6-7 4" />,
  list: <path {...line} d="M2.8 4h.1m-.1 4h.1m-.1 4h.1M5.6 4h7.6M5.6 8h7.6m-7.6 4h7.6" />,
  flag: <path {...line} d="M4 14V2.6m0 .4h8l-2 3 2 3H4" />,
  warn: <path {...line} d="M8 2.4 14 13H2L8 2.4ZM8 6.6v3m0 1.7v.1" />,
  check: <path {...line} d="m3 8.6 3.2 3.2L13 4.6" />,
  // Roles of nodes.
  client: <path {...line} d="M8 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4Zm-5 5.2c.5-2.2 2.4-3.4 5-3.4s4.500 1.200 5 3.400" />,
  gateway: <path {...line} d="M2.4 8h3.4m4.4 0h3.400M5.800 2.800h4.400v10.400H5.800zM11.800 6.200 13.600 8l-1.800 1.800" />,
  service: <path {...line} d="m8 2.200 5 2.900v5.800l-5 2.900-5-2.900V5.100l5-2.900Zm0 5.800 5-2.900M8 8 3 5.100M8 8v5.800" />,
  store: <path {...line} d="M3 4.400c0-1.100 2.200-1.900 5-1.900s5 .8 5 1.900v7.200c0 1.100-2.200 1.900-5 1.900s-5-.8-5-1.900V4.400Zm0 0c0 1.100 2.200 1.900 5 1.900s5-.8 5-1.900M3 8c0 1.100 2.200 1.900 5 1.900s5-.8 5-1.900" />,
  cache: <path {...line} d="M8.800 1.800 3.600 8.800h3.800l-.6 5.400 5.400-7.200H8.200l.6-5.200Z" />,
  broker: <path {...line} d="M2.400 4.200h11.200v2.400H2.400zm0 5.200h11.200v2.400H2.400zM5 4.400v2m3-2v2m-3 3.200v2m3-2v2m3-2v2" />,
  external: <path {...line} d="M4.600 12.600a3 3 0 0 1-.4-6 4 4 0 0 1 7.600-.4 3.200 3.200 0 0 1 .2 6.400H4.600Z" />,
} satisfies Record<string, ReactNode>;
export type IconName = keyof typeof drawings;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">{drawings[name]}</svg>;
}
/** The same inside another drawing. */
export function IconMark({ name, x, y, size = 16 }: { readonly name: IconName; readonly x: number; readonly y: number; readonly size?: number }) {
  return <g transform={`translate(${x},${y}) scale(${size / 16})`}>{drawings[name]}</g>;
}
