/** Plain widgets on top of the platform's own. */
import { useEffect, useId, useRef, useState, type ButtonHTMLAttributes, type ReactNode, type Ref } from 'react';
import { Icon, type IconName } from './icons.tsx';
import { Popover } from './Popover.tsx';
import css from './ui.module.css';

export const join = (...names: readonly (string | false | undefined)[]): string => names.filter(Boolean).join(' ');

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon?: IconName;
  readonly look?: 'normal' | 'primary' | 'quiet';
  readonly size?: 'small' | 'normal' | 'tall';
  readonly ref?: Ref<HTMLButtonElement>;
}
/** A button with words. */
export function Button({ icon, look = 'normal', size = 'normal', className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={join(css.button, look === 'primary' && css.primary, look === 'quiet' && css.quiet, size === 'small' && css.small, size === 'tall' && css.tall, className)}>
      {icon !== undefined && <Icon name={icon} size={size === 'tall' ? 18 : 16} />}
      {children}
    </button>
  );
}
/** A button with a picture; its label is its name and its tooltip. */
export function IconButton({ icon, label, look = 'quiet', size = 'normal', className, title, ...rest }: ButtonProps & { readonly icon: IconName; readonly label: string }) {
  return (
    <button type="button" aria-label={label} title={title ?? label} {...rest}
      className={join(css.button, css.square, look === 'primary' && css.primary, look === 'quiet' && css.quiet, size === 'small' && css.small, size === 'tall' && css.tall, className)}>
      <Icon name={icon} size={size === 'tall' ? 20 : 16} />
    </button>
  );
}

export const selectClass = css.select!;
export const inputClass = css.input!;
export const hiddenClass = css.hidden!;

export const Kbd = ({ children }: { readonly children: ReactNode }) => <kbd className={css.kbd}>{children}</kbd>;

export function Empty({ children }: { readonly children: ReactNode }) {
  return <div className={css.empty}>{children}</div>;
}

/** A small "i" that explains a term or how a number is measured. */
export function Info({ about, children }: { readonly about: string; readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button type="button" ref={button} className={css.info} aria-label={about} title={about} aria-expanded={open} onClick={() => setOpen(true)}><Icon name="info" size={14} /></button>
      <Popover open={open} onClose={() => setOpen(false)} anchor={button} label={about}><div className={css.prose}>{children}</div></Popover>
    </>
  );
}

export function Dialog({ open, onClose, title, children, wide = false }: { readonly open: boolean; readonly onClose: () => void; readonly title: string; readonly children: ReactNode; readonly wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    <dialog ref={dialog} className={css.dialog} style={wide ? { width: 'min(920px, calc(100vw - 24px))' } : undefined} aria-labelledby={heading} onClose={onClose}
      onClick={(event) => { if (event.target === dialog.current) onClose(); }} onKeyDown={(event) => event.stopPropagation()}>
      {open && (
        <>
          <div className={css.dialogHead}>
            <h2 id={heading}>{title}</h2>
            <IconButton icon="close" label="Close" onClick={onClose} />
          </div>
          <div className={css.dialogBody}>{children}</div>
        </>
      )}
    </dialog>
  );
}
