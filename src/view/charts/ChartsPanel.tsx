import { saveText } from '../common/saveText.ts';
import { InLane } from '../common/lanes.tsx';
import { useRun, useSelect, useSession } from '../common/session.tsx';
import { Button, Empty } from '../common/ui.tsx';
import { Chart } from './Chart.tsx';
import css from './Charts.module.css';
import { csv } from './series.ts';

export function ChartsPanel() {
  const { store } = useSession();
  const charts = useSelect((state) => state.story?.charts) ?? [];
  const names = useRun((run) => run.samples.names) ?? [];
  const comparing = useSelect((state) => state.other !== null);
  const shown = charts.map((chart) => ({ ...chart, series: chart.series.filter(({ name }) => names.includes(name)) })).filter(({ series }) => series.length > 0);
  if (shown.length === 0) return <Empty><p>{names.length === 0 ? 'The curves come with the first samples.' : 'This pattern draws no curves here.'}</p></Empty>;
  return (
    <div className={css.charts}>
      {comparing && <p className={css.hint}>Dashed: run B.</p>}
      {shown.map((chart, i) => <InLane key={chart.title} late={i % 2 === 0 ? 5 : 1}><Chart chart={chart} /></InLane>)}
      <Button size="small" icon="save" onClick={() => { const { run } = store.getState(); if (run !== null) saveText(`${run.document.pattern}-samples.csv`, 'text/csv', csv(run.samples)); }}>All samples as CSV</Button>
    </div>
  );
}
