import type { ComponentChildren } from "preact";
import { usePortal } from "../../app/portalContext.ts";
import { GoTo } from "../../parts/goTo.tsx";
import { type ProsePiece, pageOfCommand, prosePieces } from "./portalGuide.ts";

/** A guide's sentence: emphasizes labels of consoles and links operators' commands to pages. */
export function Prose({ text }: { readonly text: string }): ComponentChildren {
  return prosePieces(text).map((piece, index) => <Piece key={index} piece={piece} />);
}

function Piece({ piece }: { readonly piece: ProsePiece }): ComponentChildren {
  const { texts } = usePortal();
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "label":
      return <b class="console-label">{piece.text}</b>;
    case "code":
      return <code translate={false}>{piece.text}</code>;
    case "command": {
      const page = pageOfCommand(piece.text);
      if (page === null) return texts.connect.commandOther;
      return <GoTo to={{ page }}>{texts.connect.doing[page]}</GoTo>;
    }
  }
}
