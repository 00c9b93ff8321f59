import type { ReactNode } from 'react';
import css from './Failed.module.css';

/** A message for the middle of the page, with ways on. */
export function Failed({ title, detail, children }: { readonly title: string; readonly detail: string; readonly children: ReactNode }) {
  return (
    <main className={css.failed} role="alert">
      <svg width="120" height="40" viewBox="0 0 120 40" aria-hidden="true">
        <path d="M0,20H38M82,20H120" /><path d="M38,20 78,6" /><circle cx="38" cy="20" r="3.500" /><circle cx="82" cy="20" r="3.500" />
      </svg>
      <h1>{title}</h1>
      <p>{detail}</p>
      <div>{children}</div>
    </main>
  );
}
