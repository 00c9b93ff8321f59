import { useEffect, useState } from 'react';
import { Button } from '../common/ui.tsx';

export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Not allowed here');
    }
  };
  return <Button size="small" icon={said === 'Copied' ? 'check' : 'copy'} onClick={() => void copy()}><span aria-live="polite">{said ?? label}</span></Button>;
}
