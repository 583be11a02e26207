import type { settingsTexts } from "../en/settings.ts";
import type { TextsOf } from "../en.ts";

export const settingsTextsDe: TextsOf<typeof settingsTexts> = {
  settings: {
    intro:
      "Diese Regeln legen fest, welche Anfragen Ihres Identitätsanbieters angenommen, geändert oder abgelehnt werden.",
    preset: "Auf Grundlage der Voreinstellung „{preset}“.",
    yours: "Diese können Sie ändern",
    left: "Ihrer Organisation überlassen",
    providers: "Diese legt der Anbieter Ihres Produkts fest",
    providersText: "Fragen Sie den Anbieter Ihres Produkts, wenn eine dieser Regeln nicht passt.",
    noneYours: "Der Anbieter Ihres Produkts hat Ihrer Organisation keine Regel überlassen.",
    readOnly: "In dieser Sitzung können Sie nur ansehen. Bitten Sie um einen Link, der Änderungen erlaubt.",
    change: "Ändern",
    changeOf: "Ändern: {rule}",
    value: "Wie es sein soll",
    characters: "Zeichen",
    charactersProblem: "Eine ganze Zahl von {least} bis {most}.",
    afterwards: "Dann gilt: {effect}",
    default: "Standardwert: {effect}",
    save: "Speichern",
    backToDefault: "Zurück zum Standardwert",
    saved: "Gespeichert: {effect}",
    rules: {
      userNameMutability: {
        title: "Benutzernamen ändern",
        immutable:
          "Ein Benutzer behält den Benutzernamen, mit dem er angelegt wurde. Eine Anfrage, die den Benutzernamen ändert, wird abgelehnt, es sei denn, sie deaktiviert den Benutzer.",
        readWrite: "Ein Benutzername darf sich später ändern, wenn Ihr Identitätsanbieter ihn ändert.",
      },
      workEmailRequired: {
        title: "Dienstliche E-Mail-Adresse",
        true: "Jeder Benutzer braucht eine dienstliche E-Mail-Adresse. Ohne diese Adresse wird ein Benutzer nicht angelegt.",
        false: "Benutzer brauchen keine E-Mail-Adresse.",
      },
      teamNameMaxLength: {
        title: "Länge von Gruppennamen",
        length: {
          one: "Gruppennamen dürfen {n} Zeichen haben. Längere werden abgelehnt.",
          other: "Gruppennamen dürfen bis zu {n} Zeichen haben. Längere werden abgelehnt.",
        },
      },
      groupNameUnique: {
        title: "Gruppen gleichen Namens",
        true: "Jede Gruppe hat einen eigenen Namen; Groß- und Kleinschreibung macht keinen Unterschied. Eine zweite Gruppe mit demselben Namen wird abgelehnt.",
        false: "Mehrere Gruppen dürfen denselben Namen haben.",
      },
      liveTokens: {
        title: "Tokens zur gleichen Zeit",
        one: "Es gilt immer nur ein Token. Während einer Rotation gilt daneben eine Zeit lang das frühere.",
        many: "Mehrere Tokens dürfen gleichzeitig gelten.",
      },
      unknownMembers: {
        title: "Gruppenmitglieder, die nicht bereitgestellt wurden",
        skip: "Sie werden in der Gruppe weggelassen, und der Rest der Anfrage wird ausgeführt. Die Aktivität zeigt, wie viele.",
        refuse: "Die Änderung der Gruppe wird abgelehnt, bis alle Mitglieder bereitgestellt wurden.",
      },
      additiveMembersReplace: {
        title: "Mitglieder einer Gruppe ersetzen",
        true: "Wenn Ihr Identitätsanbieter die Mitglieder ersetzt, kommen die gesendeten hinzu, und niemand wird entfernt. Eine leere Liste entfernt weiterhin alle.",
        false: "Wenn Ihr Identitätsanbieter die Mitglieder ersetzt, hat die Gruppe danach genau die gesendeten.",
      },
      replaceWithoutTarget: {
        title: "Einen Wert ersetzen, den es nicht gibt",
        create: "Der Wert wird angelegt, etwa eine Telefonnummer, die ein Benutzer noch nicht hatte.",
        refuse: "Die Änderung wird abgelehnt.",
      },
      unknownAttributes: {
        title: "Unbekannte Attribute",
        ignore: "Attribute, die in keinem Schema stehen, werden übergangen; alles andere wird gespeichert.",
        refuse: "Ein Benutzer oder eine Gruppe mit einem Attribut, das in keinem Schema steht, wird abgelehnt.",
      },
      unknownPaths: {
        title: "Änderungen unbekannter Attribute",
        ignore:
          "Die Änderung eines Attributs, das in keinem Schema steht, wird übergangen; die anderen Änderungen werden ausgeführt.",
        refuse: "Eine Anfrage, die ein Attribut ändert, das in keinem Schema steht, wird abgelehnt.",
      },
      groupPatchAnswer: {
        title: "Antwort auf die Änderung einer Gruppe",
        204: "Die Antwort auf die Änderung einer Gruppe ist kurz und ohne Inhalt.",
        200: "Die Antwort auf die Änderung einer Gruppe ist die ganze Gruppe.",
      },
      membersOmittedInPut: {
        title: "Gruppen, die ohne Mitglieder gesendet werden",
        clear: "Eine Gruppe, die als Ganzes und ohne Mitglieder gesendet wird, hat danach keine Mitglieder.",
        keep: "Eine Gruppe, die als Ganzes und ohne Mitglieder gesendet wird, behält ihre bisherigen Mitglieder.",
      },
      schemasRequired: {
        title: "Anfragen, die kein Schema nennen",
        true: "Anfragen, die ihre Schemas nicht nennen, werden abgelehnt, außer Änderungen mit PATCH.",
        false: "Anfragen, die ihre Schemas nicht nennen, werden angenommen: Die Adresse sagt, was gemeint ist.",
      },
      activeNullOnCreate: {
        title: "Neue Benutzer ohne Status",
        default: "Ein neuer Benutzer, dessen „active“ leer gesendet wird, ist aktiv.",
        unassign: "Ein neuer Benutzer, dessen „active“ leer gesendet wird, hat keinen Status und damit keinen Zugang.",
      },
      activeUnassign: {
        title: "Den Status eines Benutzers leeren",
        refuse: "Eine Änderung, die „active“ leert, wird abgelehnt: Es muss true oder false gesendet werden.",
        allow: "Eine Änderung, die „active“ leert, wird ausgeführt, und der Benutzer hat dann keinen Zugang.",
      },
      readOnlyPaths: {
        title: "Änderungen schreibgeschützter Attribute",
        ignore:
          "Die Änderung eines schreibgeschützten Attributs wird übergangen; die anderen Änderungen werden ausgeführt.",
        refuse: "Eine Anfrage, die ein schreibgeschütztes Attribut ändert, wird abgelehnt.",
      },
      jsonTextValue: {
        title: "Änderungen, die als Text gesendet werden",
        parse: "Änderungen, die in einen Text gepackt sind, werden verstanden.",
        refuse: "Änderungen, die in einen Text gepackt sind, werden abgelehnt.",
      },
      passwordListed: {
        title: "Passwort unter den Attributen",
        true: "Die Liste der Attribute enthält „password“. Gesendete Passwörter werden nie gespeichert.",
        false: "Die Liste der Attribute enthält „password“ nicht. Gesendete Passwörter werden nie gespeichert.",
      },
      adoption: {
        title: "Benutzer, die vorher in Ihrem Produkt waren",
        off: "Benutzer, die Ihr Produkt selbst angelegt hat, bleiben getrennt von denen Ihres Identitätsanbieters.",
        userName:
          "Wenn Ihr Identitätsanbieter einen Benutzer mit demselben Benutzernamen anlegt, übernimmt er den Benutzer, den Ihr Produkt angelegt hat.",
        email:
          "Wenn Ihr Identitätsanbieter einen Benutzer mit derselben E-Mail-Adresse anlegt, übernimmt er den Benutzer, den Ihr Produkt angelegt hat.",
      },
      bearerTokens: {
        title: "Tokens, die beim Identitätsanbieter eingetragen werden",
        allowed: "Ihr Identitätsanbieter darf ein Token vorzeigen, das Sie bei ihm eingetragen haben.",
        forbidden: "Eingetragene Tokens werden abgelehnt: Ihr Identitätsanbieter holt sich selbst kurzlebige Tokens.",
      },
      clientSecrets: {
        title: "Client Secrets",
        allowed: "Ihr Identitätsanbieter darf sich mit einem Client Secret kurzlebige Tokens holen.",
        forbidden:
          "Client Secrets werden abgelehnt: Ihr Identitätsanbieter weist sich mit einer signierten Erklärung aus.",
      },
      massChange: {
        title: "Ungewöhnlich viele Löschungen",
        tell: "Sie werden ausgeführt, und der Anbieter Ihres Produkts erfährt davon.",
        hold: "Oberhalb eines bestimmten Anteils werden sie zurückgehalten, bis der Anbieter Ihres Produkts sie freigibt. Deaktivierungen werden nie zurückgehalten.",
      },
      unknownRoles: {
        title: "Rollen, die das Produkt nicht kennt",
        ignore: "Sie werden gespeichert, bewirken aber nichts.",
        refuse:
          "Ein Benutzer mit einer solchen Rolle wird abgelehnt. Hat das Produkt keine Rollen, ist jede Rolle unbekannt.",
      },
    },
  },
};
