import { Component, type ReactNode } from 'react';
import { Button, Empty } from './ui.tsx';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}
/** A panel that breaks, or whose code doesn't load, leaves the rest of the page alone. */
export class PanelErrors extends Component<Props, { readonly message: string | null }> {
  override state: { readonly message: string | null } = { message: null };
  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
  override render() {
    if (this.state.message === null) return this.props.children;
    return (
      <Empty>
        <p>{this.props.title} can’t be shown: {this.state.message}</p>
        <Button onClick={() => this.setState({ message: null })}>Try again</Button>
      </Empty>
    );
  }
}
