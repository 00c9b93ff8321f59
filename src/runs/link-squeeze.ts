/** Text in a link's hash: deflated by the platform's own streams, then base64url. Reading is bounded, so a bomb is only a message. */

/** Characters of a compressed text that are read at most. */
export const MAX_INPUT = 64 * 1024;
/** Bytes that it may unfold to. */
export const MAX_OUTPUT = 1024 * 1024;
/** Fed in small pieces: however dense a bomb, one piece cannot unfold to much more than the limit before it is noticed. */
const PIECE = 1024;

const toBase64Url = (bytes: Uint8Array): string => {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};
const fromBase64Url = (text: string): Uint8Array | undefined => {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
};

/** Deflates a text and writes it in the letters that an address may hold. */
export async function squeeze(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return toBase64Url(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** What may be wrong with a compressed text. */
export type SqueezeFault = 'too long' | 'not base64url' | 'damaged' | 'unfolds to too much';

/** The text again, or why not. Never rejects; stops reading once more than `MAX_OUTPUT` bytes came out. */
export async function unsqueeze(squeezed: string): Promise<{ readonly text: string; readonly fault?: undefined } | { readonly fault: SqueezeFault }> {
  if (squeezed.length > MAX_INPUT) return { fault: 'too long' };
  const bytes = fromBase64Url(squeezed);
  if (bytes === undefined || bytes.length === 0) return { fault: 'not base64url' };
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const feed = async (): Promise<void> => {
    for (let i = 0; i < bytes.length; i += PIECE) await writer.write(bytes.slice(i, i + PIECE));
    await writer.close();
  };
  const fed = feed().then(() => true, () => false);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MAX_OUTPUT) {
        reader.cancel().catch(() => {});
        writer.abort().catch(() => {});
        return { fault: 'unfolds to too much' };
      }
      parts.push(value);
    }
    if (!(await fed)) return { fault: 'damaged' };
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(whole) };
  } catch {
    reader.cancel().catch(() => {});
    writer.abort().catch(() => {});
    return { fault: 'damaged' };
  }
}
