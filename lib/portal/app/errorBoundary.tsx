import { Component, type ComponentChildren } from "preact";
import type { PortalTexts } from "../texts/en.ts";

interface BoundaryProps {
  readonly texts: PortalTexts;
  /** A change of it tries again. */
  readonly at: string;
  readonly children: ComponentChildren;
}

/** Replaces a page that throws with a notice; the navigation stays. */
export class ErrorBoundary extends Component<BoundaryProps, { readonly failedAt: string | null }> {
  override state = { failedAt: null };

  override componentDidCatch(): void {
    this.setState({ failedAt: this.props.at });
  }

  override render({ texts, at, children }: BoundaryProps) {
    if (this.state.failedAt !== at) return children;
    return (
      <div role="alert" class="notice notice-bad">
        <p class="notice-title">{texts.errors.pageTitle}</p>
        <p>{texts.errors.page}</p>
        <button type="button" class="button" onClick={() => this.setState({ failedAt: null })}>
          {texts.common.tryAgain}
        </button>
      </div>
    );
  }
}
