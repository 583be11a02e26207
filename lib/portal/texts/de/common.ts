import type { commonTexts } from "../en/common.ts";
import type { TextsOf } from "../en.ts";

export const commonTextsDe: TextsOf<typeof commonTexts> = {
  common: {
    tryAgain: "Noch einmal versuchen",
    copy: "Kopieren",
    copied: "Kopiert",
    copyOf: "{what} kopieren",
    copyFailed: "Ihr Browser hat das Kopieren nicht erlaubt. Bitte markieren und kopieren Sie den Text selbst.",
    close: "Schließen",
    cancel: "Abbrechen",
    more: "Mehr anzeigen",
    loading: "Wird geladen",
    none: "Keine",
    never: "Nie",
    reference: "Referenz: {reference}",
    opensInNewTab: "öffnet sich in einem neuen Tab",
    details: "Einzelheiten",
    search: "Suchen",
    next: "Weiter",
    firstPage: "Erste Seite",
    pages: "Seiten der Liste",
    emptyPage: "Diese Seite der Liste ist leer.",
  },
  secret: {
    once: "Das wird nur einmal angezeigt. Kopieren Sie es jetzt und bewahren Sie es sicher auf: Niemand, auch wir nicht, kann es noch einmal anzeigen.",
    saved: "Ich habe es gespeichert",
    show: "Anzeigen",
  },
  errors: {
    pageTitle: "Diese Seite konnte nicht angezeigt werden",
    page: "Auf dieser Seite ist etwas schiefgegangen. Es wurde nichts geändert.",
    network: "Keine Verbindung",
    networkText: "Der Server war nicht erreichbar. Was Sie sehen, kann veraltet sein.",
    busy: "Der Dienst ist überlastet oder gestört",
    busyText:
      "Er hat nicht wie erwartet geantwortet. Versuchen Sie es gleich noch einmal; was Sie sehen, kann veraltet sein.",
    maybeDone: "Vielleicht wurde es trotzdem ausgeführt: Prüfen Sie das, bevor Sie es noch einmal versuchen.",
    otherSession: "In diesem Browser wurde eine andere Sitzung geöffnet",
    otherSessionText:
      "Dieser Tab gehört zu einer früheren Sitzung. Laden Sie die Seite neu, um in der neueren weiterzuarbeiten.",
    forbidden: "Das ist nicht erlaubt",
    notFound: "Das gibt es hier nicht",
    notFoundText: "Vielleicht wurde es gelöscht, oder die Adresse ist unvollständig.",
    refused: "Das hat nicht geklappt",
    unknown: "Der Server hat mit Status {status} geantwortet.",
  },
};
