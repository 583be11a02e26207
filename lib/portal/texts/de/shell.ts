import type { shellTexts } from "../en/shell.ts";
import type { TextsOf } from "../en.ts";

export const shellTextsDe: TextsOf<typeof shellTexts> = {
  shell: {
    product: "Benutzerbereitstellung",
    title: "{page} · {org}",
    skip: "Zum Inhalt springen",
    navigation: "Seiten",
    org: "Organisation",
    allOrgs: "Alle Organisationen",
    signOut: "Abmelden",
    stillSignedIn:
      "Die Abmeldung hat nicht geklappt: Sie sind noch angemeldet. Laden Sie die Seite neu und melden Sie sich noch einmal ab.",
    backTo: "Zurück zu {host}",
    readOnly: "Sie können hier alles ansehen, aber nichts ändern.",
    sessionEndsSoon: "Diese Sitzung endet {when}.",
    console: "Betreiberkonsole",
    noPage: "Eine Seite mit diesem Namen gibt es nicht",
    noPageText: "Wählen Sie oben eine der Seiten.",
  },
  nav: {
    connect: "Verbinden",
    activity: "Aktivität",
    people: "Personen",
    groups: "Gruppen",
    credentials: "Zugangsdaten",
    health: "Zustand",
    settings: "Einstellungen",
    orgs: "Organisationen",
    manage: "Verwalten",
    tail: "Live-Protokoll",
    explain: "Fehler erklären",
    jobs: "Aufträge",
    fsck: "Konsistenzprüfung",
  },
  redeem: {
    title: "Portal öffnen",
    text: "Dieser Link öffnet die Seite, auf der Sie Ihren Identitätsanbieter verbinden und sehen, was er sendet. Der Link funktioniert einmal.",
    open: "Portal öffnen",
    opening: "Wird geöffnet …",
    usedTitle: "Dieser Link funktioniert nicht mehr",
    usedText:
      "Ein Link funktioniert einmal und nur für kurze Zeit. Wenn Sie selbst ihn benutzt haben, ist das Portal vielleicht noch in einem anderen Tab offen. Sonst bitten Sie die Person oder das Produkt, von denen Sie ihn haben, um einen neuen.",
    forgedTitle: "Dieser Link ist nicht vollständig",
    forgedText:
      "Ein Teil der Adresse fehlt oder wurde unterwegs verändert. Öffnen Sie ihn noch einmal von dort, wo Sie ihn bekommen haben, oder bitten Sie um einen neuen.",
    continue: "Zum Portal",
  },
  ended: {
    title: "Ihre Sitzung ist beendet",
    text: "Sitzungen dauern höchstens eine Stunde, damit niemand anders hier hereinkommt. Öffnen Sie das Portal noch einmal aus Ihrem Produkt, oder bitten Sie die Person, von der Sie den Link haben, um einen neuen.",
    signedOut: "Sie sind abgemeldet",
    signedOutText:
      "Sie können diesen Tab schließen. Um zurückzukommen, öffnen Sie das Portal aus Ihrem Produkt oder bitten um einen neuen Link.",
    consoleTitle: "Die Konsole kennt diese Seite nicht",
    consoleText:
      "Die Adresse der Konsole funktioniert nur einmal und nur in dem Tab, der sie geöffnet hat. Drücken Sie die Eingabetaste in dem Terminal, in dem rollcall console läuft: Es zeigt eine neue Adresse.",
    noneTitle: "Öffnen Sie diese Seite aus Ihrem Produkt",
    noneText:
      "Diese Seite braucht einen Link, den Ihr Produkt für Sie erstellt. Öffnen Sie sie aus den Einstellungen Ihres Produkts, oder bitten Sie die Betreiber um einen Link.",
  },
};
