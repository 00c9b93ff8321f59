/** A host's accent colour, made readable: at least 4.5:1 against the paper of each theme. */
type Rgb = readonly [number, number, number];

const PAPER = { light: [244, 244, 241], dark: [29, 33, 38] } as const satisfies Record<string, Rgb>;
const LEAST = 4.5;
/** Share of the way to black or white with each try. */
const STEP = 0.08;

export function rgbOf(hex: string): Rgb {
  const long = hex.length === 4 ? hex.slice(1).replaceAll(/./g, '$&$&') : hex.slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(long.slice(at, at + 2), 16)) as unknown as Rgb;
}
const luminance = (rgb: Rgb): number => {
  const [r, g, b] = rgb.map((value) => { const c = value / 255; return c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
const text = (rgb: Rgb): string => `rgb(${rgb.map(Math.round).join(' ')})`;

/** Values for `--accent` and for what stands on it, as `light-dark()`. */
export function accentTokens(hex: string): { readonly accent: string; readonly ink: string; readonly wash: string } {
  const of = (theme: 'light' | 'dark') => {
    const end: Rgb = theme === 'light' ? [0, 0, 0] : [255, 255, 255];
    let rgb = rgbOf(hex);
    for (let i = 0; i < 40 && contrast(rgb, PAPER[theme]) < LEAST + 0.3; i++) rgb = rgb.map((value, c) => value + (end[c]! - value) * STEP) as unknown as Rgb;
    const ink: Rgb = contrast(rgb, [255, 255, 255]) >= contrast(rgb, [14, 16, 19]) ? [255, 255, 255] : [14, 16, 19];
    const wash = rgb.map((value, c) => PAPER[theme][c]! + (value - PAPER[theme][c]!) * 0.1) as unknown as Rgb;
    return { accent: text(rgb), ink: text(ink), wash: text(wash) };
  };
  const light = of('light'), dark = of('dark');
  return { accent: `light-dark(${light.accent}, ${dark.accent})`, ink: `light-dark(${light.ink}, ${dark.ink})`, wash: `light-dark(${light.wash}, ${dark.wash})` };
}
