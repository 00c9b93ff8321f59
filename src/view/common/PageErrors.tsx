import { Component, type ReactNode } from 'react';
import { Failed } from './Failed.tsx';

/** Whatever breaks while drawing shows itself with a way back, never as a blank page. */
export class PageErrors extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
  override render() {
    const { error } = this.state as { readonly error: Error | null };
    if (error === null) return this.props.children;
    return (
      <Failed title="The page could not be drawn." detail={error.message}>
        <button type="button" onClick={() => location.reload()}>Reload this address</button>
        <button type="button" onClick={() => location.assign(location.pathname)}>Go to the gallery</button>
      </Failed>
    );
  }
}
