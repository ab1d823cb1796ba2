import { Component, type ReactNode } from 'react';
import { FailurePanel } from './failure-panel.tsx';

interface FailureBoundaryProps {
  children: ReactNode;
}

/** Keeps an error in the part of the page where it happened. */
export class FailureBoundary extends Component<FailureBoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return <FailurePanel error={this.state.error} retry={() => this.setState({ error: undefined })} />;
  }
}
