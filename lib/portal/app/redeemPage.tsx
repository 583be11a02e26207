import type { PortalTexts } from "../texts/en.ts";
import type { PortalApi } from "./api.ts";
import { useDoing } from "./doing.ts";
import { BarePage } from "./frame.tsx";
import { mayPass } from "./portalError.ts";

interface RedeemPageProps {
  readonly api: PortalApi;
  readonly link: string;
  readonly texts: PortalTexts;
  /** The session has begun. */
  readonly onOpen: () => void;
}

/** The server's form: programs that broke the address cut part of it. */
const WHOLE = /^rollcalllink_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/;

/** Shows a button and sends nothing before: mail scanners open links, but press no buttons. */
export function RedeemPage({ api, link, texts, onOpen }: RedeemPageProps) {
  const { busy, error: failure, start } = useDoing();
  const redeem = () => start(() => api.change("redeemPortalLink", {}, { link }).then(onOpen));
  const isWhole = WHOLE.test(link);
  const over = !isWhole || (failure !== null && !mayPass(failure));
  const words = !over
    ? { title: texts.redeem.title, text: texts.redeem.text }
    : isWhole
      ? { title: texts.redeem.usedTitle, text: texts.redeem.usedText }
      : { title: texts.redeem.forgedTitle, text: texts.redeem.forgedText };
  return (
    <BarePage title={words.title} follows={failure !== null}>
      <p>{words.text}</p>
      {failure !== null && !over && (
        <p role="alert" class="hint hint-bad">
          {failure.status === 0 ? texts.errors.network : texts.errors.busy}
        </p>
      )}
      {!over && (
        <button type="button" class="button button-primary" aria-disabled={busy} onClick={redeem}>
          {busy ? texts.redeem.opening : texts.redeem.open}
        </button>
      )}
      {over && (
        <button type="button" class="button" onClick={onOpen}>
          {texts.redeem.continue}
        </button>
      )}
    </BarePage>
  );
}
