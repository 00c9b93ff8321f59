/** Documents that lie at an address elsewhere. */
const MAX_SOURCE_BYTES = 1024 * 1024;

export async function loadSource(address: string): Promise<{ readonly json: unknown } | { readonly problem: string }> {
  try {
    const response = await fetch(address, { credentials: 'omit' });
    if (!response.ok) return { problem: `The server answered ${response.status}.` };
    const text = await response.text();
    if (text.length > MAX_SOURCE_BYTES) return { problem: 'It is larger than 1 MB.' };
    return { json: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
