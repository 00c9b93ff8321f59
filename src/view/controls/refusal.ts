/** Reading what a refused value was told: "params.breaker.size is 0, but must be … . Nearest: 1." */

/** The nearest legal value, where the message names one. */
export function nearestIn(message: string): unknown {
  const text = /Nearest: (.+?)\.?$/m.exec(message)?.[1];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
/** The message for someone who looks at the control: its label in place of the path, without the nearest value, which has a button. */
export const plainProblem = (message: string, label: string): string => message.replaceAll(/params\.[\w-]+\.[\w-]+/g, label).replaceAll(/\s*Nearest: .+?\.?$/gm, '');
