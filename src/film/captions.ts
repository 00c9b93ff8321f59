/** The film's captions as WebVTT. */
import type { FilmPlan } from './plan.ts';

const two = (value: number): string => String(value).padStart(2, '0');
function stamp(ms: number): string {
  const whole = Math.round(ms);
  return `${two(Math.floor(whole / 3_600_000))}:${two(Math.floor(whole / 60_000) % 60)}:${two(Math.floor(whole / 1000) % 60)}.${String(whole % 1000).padStart(3, '0')}`;
}
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(/\s+/g, ' ');

export const webVtt = ({ cues }: Pick<FilmPlan, 'cues'>): string => `WEBVTT\n\n${cues.map(({ fromMs, untilMs, title, text }, i) => `${i + 1}\n${stamp(fromMs)} --> ${stamp(untilMs)}\n<b>${plain(title)}</b>\n${plain(text)}\n`).join('\n')}`;
