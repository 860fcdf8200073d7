"""The built-in wording of the consent, in Polish and English.

A draft by its nature: the owner of the site approves it, or writes a better version. It is kept
here and not in the message catalogues, because a version is a legal text in one language, and
an improved translation of a message must not silently change what people agreed to.
"""

from dataclasses import dataclass

from newsletter.conf import conf


@dataclass(frozen=True)
class Wording:
    # One sentence beside the checkbox; paragraphs of the information, parted by an empty line.
    consent: str
    information: str


def built_in(locale: str) -> Wording:
    """The wording for a language: Polish for Polish, English for every other one."""
    template = _POLISH if locale.partition("-")[0] == "pl" else _ENGLISH
    facts = {
        "name": conf.CONTROLLER_NAME or template.nobody,
        "address": f", {conf.CONTROLLER_ADDRESS}" if conf.CONTROLLER_ADDRESS else "",
        "contact": conf.CONTROLLER_EMAIL or conf.BASE_URL,
        "days": conf.CONFIRMATION_DAYS,
    }
    paragraphs = [template.controller, *([template.officer] if conf.DPO_EMAIL else [])]
    paragraphs += template.paragraphs
    information = "\n\n".join(paragraphs).format(officer=conf.DPO_EMAIL, **facts)
    return Wording(template.consent.format(**facts), information)


@dataclass(frozen=True)
class _Template:
    nobody: str
    consent: str
    controller: str
    officer: str
    paragraphs: tuple[str, ...]


_POLISH = _Template(
    nobody="prowadzący ten serwis",
    consent=(
        "Wyrażam zgodę na przetwarzanie mojego adresu e-mail przez: {name}, oraz na otrzymywanie "
        "na ten adres newslettera z informacjami o nowych dobrych praktykach w wybranych przeze "
        "mnie tematach. Zgodę mogę wycofać w każdej chwili."
    ),
    controller=(
        "Administrator danych. Administratorem Pani/Pana danych osobowych jest: {name}{address}. "
        "Kontakt: {contact}."
    ),
    officer=(
        "Inspektor ochrony danych. We wszystkich sprawach dotyczących danych osobowych można "
        "pisać do inspektora ochrony danych: {officer}."
    ),
    paragraphs=(
        "Cel. Dane (adres e-mail, wybrane tematy, język, zapis udzielenia zgody wraz ze skróconym "
        "adresem IP) są przetwarzane po to, aby wysyłać newsletter oraz móc wykazać, że "
        "zgoda została udzielona.",
        "Podstawa prawna. Zgoda osoby, której dane dotyczą (art. 6 ust. 1 lit. a RODO, czyli "
        "rozporządzenia (UE) 2016/679), oraz zgoda na przesyłanie informacji drogą elektroniczną "
        "(art. 398 ustawy z dnia 12 lipca 2024 r. – Prawo komunikacji elektronicznej). Zapis "
        "udzielenia i wycofania zgody jest przechowywany na podstawie art. 6 ust. 1 lit. c RODO "
        "w związku z art. 7 ust. 1 i art. 5 ust. 2 RODO (obowiązek wykazania zgody).",
        "Dobrowolność. Podanie adresu jest dobrowolne; bez niego nie można wysyłać newslettera. "
        "Nie wpływa to na dostęp do treści serwisu.",
        "Odbiorcy. Dane mogą być powierzone dostawcom usług poczty elektronicznej i hostingu, "
        "którzy wysyłają newsletter w imieniu administratora i na podstawie umowy z nim.",
        "Czas przechowywania. Zgłoszenie, którego nikt nie potwierdzi, jest usuwane po {days} "
        "dniach. Adres potwierdzony jest wykorzystywany do wysyłki do czasu wycofania zgody. Zapis "
        "udzielenia i wycofania zgody jest przechowywany tak długo, jak długo może być potrzebny "
        "do wykazania zgody lub obrony przed roszczeniami. Po usunięciu danych na żądanie "
        "pozostaje wyłącznie zapis bez adresu oraz skrót kryptograficzny, który zapobiega "
        "ponownemu pisaniu na ten adres.",
        "Prawa. Przysługuje Pani/Panu prawo dostępu do danych, ich sprostowania, usunięcia, "
        "ograniczenia przetwarzania oraz przenoszenia. Zgodę można wycofać w każdej chwili, "
        "najprościej odnośnikiem w każdym newsletterze, albo pisząc do administratora. Wycofanie "
        "zgody nie wpływa na zgodność z prawem przetwarzania, którego dokonano przed jej "
        "wycofaniem.",
        "Skarga. Przysługuje Pani/Panu prawo wniesienia skargi do Prezesa Urzędu Ochrony Danych "
        "Osobowych (uodo.gov.pl).",
        "Brak profilowania. Dane nie służą do zautomatyzowanego podejmowania decyzji ani do "
        "profilowania. Newsletter nie zawiera pikseli śledzących ani śledzonych odnośników.",
    ),
)

_ENGLISH = _Template(
    nobody="the body that runs this site",
    consent=(
        "I agree that {name} processes my e-mail address and sends to it the newsletter about new "
        "good practices in the topics I have chosen. I can withdraw this consent at any time."
    ),
    controller=(
        "Controller. The controller of your personal data is: {name}{address}. Contact: {contact}."
    ),
    officer=(
        "Data protection officer. In all matters of personal data you can write to the data "
        "protection officer: {officer}."
    ),
    paragraphs=(
        "Purpose. The data (e-mail address, chosen topics, language, record of the consent with "
        "a truncated IP address) are processed in order to send the newsletter and to be able "
        "to show that consent was given.",
        "Legal basis. The consent of the data subject (Article 6(1)(a) of the GDPR, Regulation "
        "(EU) 2016/679) and consent to sending information by electronic means (Article 398 of "
        "the Polish Electronic Communications Law of 12 July 2024). The record of giving and "
        "withdrawing consent is kept under Article 6(1)(c) in connection with Articles 7(1) and "
        "5(2) of the GDPR (the duty to demonstrate consent).",
        "Voluntary. Giving the address is voluntary; without it the newsletter cannot be sent. "
        "Access to the content of this site does not depend on it.",
        "Recipients. The data may be entrusted to providers of e-mail and hosting services, who "
        "send the newsletter on behalf of the controller and under a contract with it.",
        "Retention. A sign-up that nobody confirms is deleted after {days} days. A confirmed "
        "address is used for sending until consent is withdrawn. The record of giving and "
        "withdrawing consent is kept as long as it may be needed to demonstrate consent or to "
        "defend against claims. After erasure on request only a record without the address "
        "remains, and a cryptographic hash that prevents writing to this address again.",
        "Rights. You have the right of access, rectification, erasure, restriction of processing "
        "and data portability. You can withdraw consent at any time, most easily by the link in "
        "every newsletter, or by writing to the controller. Withdrawal does not affect the "
        "lawfulness of processing before it.",
        "Complaint. You have the right to lodge a complaint with the President of the Personal "
        "Data Protection Office of Poland (uodo.gov.pl).",
        "No profiling. The data are used neither for automated decision-making nor for profiling. "
        "The newsletter contains no tracking pixels and no tracked links.",
    ),
)
