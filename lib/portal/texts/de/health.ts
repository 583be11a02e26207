import type { healthTexts } from "../en/health.ts";
import type { TextsOf } from "../en.ts";

export const healthTextsDe: TextsOf<typeof healthTexts> = {
  health: {
    intro: "Ob Ihr Identitätsanbieter Anfragen sendet, und was sich jemand ansehen sollte.",
    well: "Alles in Ordnung",
    wellText:
      "Ihr Identitätsanbieter sendet Anfragen, keine wird abgelehnt, und keine Zugangsdaten laufen demnächst ab.",
    look: { one: "{n} Punkt zum Ansehen", other: "{n} Punkte zum Ansehen" },
    contact: "Letzter Kontakt",
    came: "Die letzte Anfrage kam {when}, von {idp}.",
    contactNone: "Noch kein Identitätsanbieter hat eine Anfrage gesendet",
    contactNoneText: "Unter Verbinden steht, wie Sie ihn einrichten, und was ankommt.",
    toConnect: "Identitätsanbieter verbinden",
    quiet: "Seit mehr als einem Tag kam keine Anfrage von {idp}",
    quietEntra:
      "Entra ID sendet alle 40 Minuten Anfragen, solange die Bereitstellung eingeschaltet ist. Sehen Sie unter Enterprise applications › Ihre Anwendung › Provisioning nach, ob sie gestartet und ob sie in Quarantäne ist. Wählen Sie dann Restart provisioning.",
    quietPolling:
      "Ihr Identitätsanbieter sendet sonst mehrmals am Tag Anfragen. Sehen Sie dort nach, ob die Bereitstellung eingeschaltet ist, und ob sein Protokoll Fehler zeigt.",
    quietOnChange:
      "Ihr Identitätsanbieter sendet nur Anfragen, wenn sich dort etwas ändert: Ein Tag ohne Anfragen ist kein Fehler. Hat sich etwas geändert, sehen Sie dort nach, ob die Bereitstellung eingeschaltet ist, und ob seine Aufgaben Fehler zeigen.",
    requests: "Anfragen in 48 Stunden",
    chartTitle: "Anfragen je Stunde in den letzten 48 Stunden",
    chartText:
      "{done} ausgeführt, {refused} abgelehnt, {failed} fehlgeschlagen. In der vollsten Stunde waren es {most} Anfragen.",
    noRequests: "In diesen 48 Stunden kam keine Anfrage.",
    hour: "Stunde",
    hourText: "{from} bis {to}: {done} ausgeführt, {refused} abgelehnt, {failed} fehlgeschlagen",
    table: "Als Tabelle",
    done: "Ausgeführt",
    refused: "Abgelehnt",
    failed: "Fehlgeschlagen",
    now: "Jetzt",
    hoursAgo: "Vor {n} Stunden",
    share: "{share} von {n} Anfragen innerhalb eines Tages wurden abgelehnt oder schlugen fehl.",
    shareNone: "Keine von {n} Anfragen innerhalb eines Tages wurde abgelehnt oder schlug fehl.",
    shareHigh: "Mehr als eine von zwanzig Anfragen wird abgelehnt oder schlägt fehl",
    toRefused: "Abgelehntes anzeigen",
    failing: {
      one: "{n} Anfrage ist innerhalb eines Tages fehlgeschlagen",
      other: "{n} Anfragen sind innerhalb eines Tages fehlgeschlagen",
    },
    failingText:
      "Wir konnten sie nicht beantworten; auf Ihrer Seite ist nichts zu ändern. Ihr Identitätsanbieter sendet sie von selbst noch einmal. Wenn das anhält, sagen Sie dem Anbieter Ihres Produkts Bescheid.",
    toFailed: "Diese anzeigen",
    problems: {
      one: "{n} Ursache von Ablehnungen ist nicht behoben",
      other: "{n} Ursachen von Ablehnungen sind nicht behoben",
    },
    problemsText:
      "Personen oder Gruppen lassen sich deshalb nicht ändern. Unter Aktivität steht zu jeder Ursache, was zu ändern ist.",
    toProblems: "Ursachen anzeigen",
    expiringToken: "Das Token „{name}“ läuft {when} ab",
    expiringSecret: "Das Client Secret „{name}“ läuft {when} ab",
    expiringTrust: "Die Schlüssel des Clients „{name}“ gelten bis {when}",
    expiringText:
      "Dann steht die Bereitstellung still. Ersetzen Sie es vorher, und tragen Sie das neue bei Ihrem Identitätsanbieter ein.",
    expiringTrustText:
      "Dann steht die Bereitstellung still. Bitten Sie den Anbieter Ihres Produkts, den Client vorher zu ersetzen.",
    unnamed: "ohne Beschreibung",
    toCredentials: "Zu den Zugangsdaten",
    skipped: {
      one: "{n} Mitglied wurde in einer Gruppe weggelassen",
      other: "{n} Mitglieder wurden in Gruppen weggelassen",
    },
    skippedText:
      "In den letzten 7 Tagen. Wer weggelassen wurde, ist nicht bereitgestellt: Weisen Sie diese Personen in Ihrem Identitätsanbieter der Anwendung zu, und lassen Sie ihn die Gruppe noch einmal senden.",
    toSkipped: "Diese Anfragen anzeigen",
    massUsers: {
      one: "{n} Person hat innerhalb einer Stunde den Zugang verloren",
      other: "{n} Personen haben innerhalb einer Stunde den Zugang verloren",
    },
    massMembers: {
      one: "{n} Gruppenmitgliedschaft endete innerhalb einer Stunde",
      other: "{n} Gruppenmitgliedschaften endeten innerhalb einer Stunde",
    },
    massText:
      "{when}; die Organisation hatte {ofUsers} Benutzer. War das nicht gewollt, sehen Sie in Ihrem Identitätsanbieter nach, wer der Anwendung zugewiesen ist und welche Personen ihr Bereichsfilter auswählt. Personen, die Sie wieder zuweisen, haben ihren Zugang wieder wie zuvor.",
  },
};
