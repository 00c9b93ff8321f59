/** Settings of a real library from tuned parameters: `{name}`, `{name:s}` in seconds, `{name:ratio}` as a share of 1. */
export function fillSettings(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(/\{(\w+)(?::(\w+))?\}/g, (hole, name: string, how: string | undefined) => {
    if (!Object.hasOwn(params, name)) return hole;
    const value = params[name];
    if (typeof value !== 'number') return typeof value === 'object' ? JSON.stringify(value) : String(value);
    const number = how === 's' ? value / 1000 : how === 'ratio' ? value / 100 : value;
    return String(Number(number.toPrecision(12)));
  });
}
