/** How to take the shown moment elsewhere: what to show, how it will look, and what to paste. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { CONTROLS, DEFAULT_CONTROLS, DEFAULT_PANELS, PANELS, THEMES, type Control, type Panel, type Theme } from '../../embed/contract.ts';
import { frameAddress, snippets, type EmbedSettings } from '../../embed/snippets.ts';
import { capital } from '../common/format.ts';
import { saveBlob } from '../common/saveText.ts';
import { useActions, useSelect, useSession } from '../common/session.tsx';
import { Button, Dialog, selectClass } from '../common/ui.tsx';
import { CopyButton } from '../source/CopyButton.tsx';
import css from './CopyDialog.module.css';
import { pngOf, takeStill } from './takeStill.ts';

const PANEL_TITLES: Readonly<Record<Panel, string>> = { stage: 'Stage', timeline: 'Timeline', lesson: 'Lesson', controls: 'Controls', chart: 'Charts', machine: 'States', log: 'Log', source: 'Code', instruments: 'Inside', sequence: 'Sequence' };
const CONTROL_TITLES: Readonly<Record<Control, string>> = { play: 'Play', restart: 'Restart', step: 'Step', seek: 'Scrub', speed: 'Speed', variant: 'Variant', break: 'Break', undo: 'Undo', full: 'Open in full' };
const WIDTHS = [320, 480, 768, 1200] as const;
const HEIGHTS = [null, 420, 560, 720] as const;

export function CopyDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  return <Dialog open={open} onClose={onClose} title="Embed or copy" wide><Choices /></Dialog>;
}

function Choices() {
  const actions = useActions();
  const card = useSelect((state) => state.card);
  const hasMachine = card?.machines !== undefined, hasSource = card?.source !== undefined;
  const [link, setLink] = useState<{ readonly link: string; readonly tooLong: boolean } | null>(null);
  const [panels, setPanels] = useState<readonly Panel[]>(DEFAULT_PANELS);
  const [controls, setControls] = useState<readonly Control[]>(DEFAULT_CONTROLS);
  const [theme, setTheme] = useState<Theme>('auto');
  const [readOnly, setReadOnly] = useState(false);
  const [autoplay, setAutoplay] = useState(false);
  const [loop, setLoop] = useState(false);
  const [tour, setTour] = useState(false);
  const [width, setWidth] = useState<number>(768);
  const [height, setHeight] = useState<number | null>(null);
  const [chosen, setChosen] = useState('element');
  useEffect(() => { actions.pause(); void actions.momentLink().then(setLink); }, [actions]);
  const settings = useMemo((): EmbedSettings | null => (link === null || card === null ? null : {
    site: new URL('./', location.href).href, link: link.link, title: card.title, summary: card.summary, panels, controls, theme, readOnly, autoplay, loop, tour, height,
  }), [link, card, panels, controls, theme, readOnly, autoplay, loop, tour, height]);
  if (settings === null) return <p role="status">Taking the moment down…</p>;
  const all = snippets(settings);
  const snippet = all.find(({ id }) => id === chosen) ?? all[0]!;
  const toggle = <T extends string>(list: readonly T[], order: readonly T[], name: T): readonly T[] => order.filter((other) => (other === name ? !list.includes(name) : list.includes(other)));
  return (
    <div className={css.dialog}>
      <div className={css.choices}>
        <fieldset>
          <legend>Show</legend>
          {PANELS.filter((name) => (name !== 'machine' || hasMachine) && (name !== 'source' || hasSource)).map((name) => (
            <label key={name}><input type="checkbox" checked={panels.includes(name)} data-testid={`show-${name}`} onChange={() => setPanels(toggle(panels, PANELS, name))} />{PANEL_TITLES[name]}</label>
          ))}
        </fieldset>
        <fieldset>
          <legend>Buttons</legend>
          {CONTROLS.map((name) => <label key={name}><input type="checkbox" checked={controls.includes(name)} data-testid={`control-${name}`} onChange={() => setControls(toggle(controls, CONTROLS, name))} />{CONTROL_TITLES[name]}</label>)}
          <label><input type="checkbox" checked={readOnly} onChange={() => setReadOnly(!readOnly)} />Read-only</label>
        </fieldset>
        <fieldset>
          <legend>Behaviour</legend>
          <label title="Captions with Back and Next, from the first step"><input type="checkbox" checked={tour} data-testid="embed-tour" onChange={() => setTour(!tour)} />Guided tour</label>
          <label><input type="checkbox" checked={autoplay} onChange={() => setAutoplay(!autoplay)} />Play when seen</label>
          <label><input type="checkbox" checked={loop} onChange={() => setLoop(!loop)} />Loop</label>
          <label>Theme<select className={selectClass} value={theme} data-testid="embed-theme" onChange={(event) => setTheme(event.target.value as Theme)}>{THEMES.map((name) => <option key={name} value={name}>{name === 'auto' ? 'As the page' : capital(name)}</option>)}</select></label>
          <label>Height<select className={selectClass} value={height ?? 'auto'} data-testid="embed-height" onChange={(event) => setHeight(event.target.value === 'auto' ? null : Number(event.target.value))}>{HEIGHTS.map((px) => <option key={px ?? 'auto'} value={px ?? 'auto'}>{px === null ? 'Fits its content' : `${px} px`}</option>)}</select></label>
        </fieldset>
      </div>
      {link?.tooLong === true && <p className={css.warning} role="status">This run is too long for an address. Save it as a file (Share) and name that file by <code>src</code>.</p>}
      <Preview address={frameAddress(settings)} width={width} height={height} onWidth={setWidth} title={settings.title} />
      <div className={css.kinds} role="group" aria-label="Where it goes">
        {all.map(({ id, label }) => <button key={id} type="button" aria-pressed={id === snippet.id} data-testid={`snippet-${id}`} onClick={() => setChosen(id)}>{label}</button>)}
      </div>
      <p className={css.note}>{snippet.note}</p>
      <Code label={`Snippet for ${snippet.label}`} text={snippet.text} testId="snippet" />
      {snippet.setup !== undefined && <><p className={css.note}>Once, in <code>{snippet.setup.file}</code>:</p><Code label={`Setup for ${snippet.label}`} text={snippet.setup.text} testId="snippet-setup" /></>}
      <Stills name={card?.id ?? 'still'} />
    </div>
  );
}

function Code({ label, text, testId }: { readonly label: string; readonly text: string; readonly testId: string }) {
  return (
    <div className={css.code}>
      <pre tabIndex={0} aria-label={label} data-testid={testId}>{text}</pre>
      <CopyButton text={text} />
    </div>
  );
}

/** The frame itself at the width that it will have, made smaller where there is no room. */
function Preview({ address, width, height, onWidth, title }: { readonly address: string; readonly width: number; readonly height: number | null; readonly onWidth: (px: number) => void; readonly title: string }) {
  const room = useRef<HTMLDivElement>(null);
  const [space, setSpace] = useState(0);
  useEffect(() => {
    const element = room.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSpace(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const px = height ?? (width < 560 ? 660 : 520);
  const scale = space === 0 ? 1 : Math.min(1, space / width);
  return (
    <div>
      <div className={css.widths} role="group" aria-label="Width of the preview">
        {WIDTHS.map((it) => <button key={it} type="button" aria-pressed={it === width} onClick={() => onWidth(it)}>{it} px</button>)}
      </div>
      <div className={css.preview} ref={room} style={{ height: px * scale }}>
        {space > 0 && <iframe title={`Preview: ${title}`} src={address} sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" data-testid="preview" style={{ width, height: px, transform: `scale(${scale})` }} />}
      </div>
    </div>
  );
}

function Stills({ name }: { readonly name: string }) {
  const session = useSession();
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (kind: 'svg' | 'png', dark: boolean) => {
    try {
      const svg = await takeStill(session, dark);
      saveBlob(`${name}${dark ? '-dark' : ''}.${kind}`, kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await pngOf(svg));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className={css.stills}>
      <span>This moment as a picture:</span>
      {([['svg', false], ['svg', true], ['png', false], ['png', true]] as const).map(([kind, dark]) => (
        <Button key={`${kind}${dark}`} size="small" icon="save" data-testid={`still-${kind}${dark ? '-dark' : ''}`} onClick={() => void save(kind, dark)}>{kind.toUpperCase()}, {dark ? 'dark' : 'light'}</Button>
      ))}
      {problem !== null && <p role="alert">{problem}</p>}
    </div>
  );
}
