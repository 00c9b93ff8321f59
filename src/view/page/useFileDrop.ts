/** A run document dropped on the page opens. */
import { useEffect } from 'react';
import { useActions } from '../common/session.tsx';

const MAX_BYTES = 2_000_000;

/** What a file holds, as far as it can be read; something that is no document is refused by the session, in words. */
export async function readRunFile(file: File): Promise<unknown> {
  if (file.size > MAX_BYTES) return `a file of ${Math.round(file.size / 1e6)} MB`;
  const text = await file.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.slice(0, 200);
  }
}

export function useFileDrop(): void {
  const actions = useActions();
  useEffect(() => {
    const over = (event: DragEvent) => { if (event.dataTransfer?.types.includes('Files') === true) event.preventDefault(); };
    const drop = (event: DragEvent) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      event.preventDefault();
      void readRunFile(file).then((json) => actions.openDocument(json));
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => { removeEventListener('dragover', over); removeEventListener('drop', drop); };
  }, [actions]);
}
