"""Words by which offices say how far a project is.

They are read, never shown: what a person reads stands in the catalogue.
"""

from __future__ import annotations

from infraplan.models.project import Stage
from infraplan.optimizer.interop.table_tongues import tongues

LEFT_OUT = "skip"
"""Word of a map for rows that are no projects."""


def _words(text: str) -> list[str]:
    """Words parted by `|`."""
    return text.split("|")


STAGE_WORDS: dict[str, str] = {
    **dict.fromkeys(
        _words(
            "idea|concept|proposed|study|feasibility|feasibility study|scoping|"
            "initiation|planning study|规划|谋划|规划研究|étude|études|"
            "estudio|estudios|構想|検討中|검토|구상|"
            "études préalables|perencanaan awal"
        ),
        Stage.STUDY,
    ),
    **dict.fromkeys(
        _words(
            "planned|planning|design|preliminary design|detailed design|final design|"
            "preliminary engineering|engineering|in design|pre-construction|"
            "not started|pre construction|preparation|permitting|pipeline|future|"
            "programmed|前期|储备|储备项目|前期工作|预备|"
            "planung|in planung|geplant|vorbereitung|in vorbereitung|"
            "diseño|conception|"
            "計画|計画中|設計|設計中|계획|설계|설계중|설계 중|chuẩn bị đầu tư|проектирование|"
            "в проекте|"
            "perencanaan|progettazione|projet|projets|"
            "projeto|planejamento|en estudio|proyecto|entwurf|vorplanung|"
            "planificado|en diseño|en projet|planowane|planlama"
        ),
        Stage.PREPARATORY,
    ),
    **dict.fromkeys(
        _words(
            "approved|procurement|tender|tendering|bidding|bid|ready|funded|awarded|"
            "contract award|in procurement|新开工|开工|新建|拟建|计划新开工|new|ausschreibung|"
            "licitación|en licitación|licitação|em licitação|appel d'offres|consultation|"
            "入札|発注|발주|đấu thầu|lelang|gara|przetarg|ihale"
        ),
        Stage.START,
    ),
    **dict.fromkeys(
        _words(
            "in progress|under construction|construction|ongoing|on-going|active|"
            "underway|under way|in construction|implementation|delivery|execution|"
            "in implementation|started|current|continuing|在建|续建|建设中|施工|施工中|已开工|"
            "im bau|in bau|en cours|en travaux|chantier|travaux|en ejecución|construcción|"
            "工事中|着工済|継続|시공중|시공 중|공사중|공사 중|추진중|đang thi công|đang thực hiện|"
            "строительство|в работе|pelaksanaan|in corso|en obra|em andamento|em execução|"
            "w realizacji|w trakcie|yapım|devam ediyor"
        ),
        Stage.UNDER_CONSTRUCTION,
    ),
    **dict.fromkeys(
        _words(
            "complete|completed|closed|closeout|close-out|finished|delivered|"
            "operational|in operation|open|opened|已完工|完工|建成|竣工|已竣工|已建成|"
            "abgeschlossen|fertiggestellt|"
            "投用|收尾|fertig|"
            "achevé|terminé|terminado|concluído|"
            "完成|完了|供用中|완료|준공|hoàn thành|завершено|завершен|selesai|completato|"
            "finalizado|"
            "concluída|zakończone|tamamlandı"
        ),
        Stage.COMPLETE,
    ),
    **dict.fromkeys(
        _words(
            "cancelled|canceled|on hold|hold|suspended|withdrawn|deferred|terminated|"
            "abandoned|取消|暂停|停建|缓建|终止|annulé|cancelado|"
            "中止|休止|중단|보류|tạm dừng|приостановлено|отменено|ditunda|sospeso|suspendu|"
            "abandonné|"
            "suspendido|paralisada|wstrzymane|durduruldu"
        ),
        LEFT_OUT,
    ),
}
"""Words that offices use for how far a project is; the words of a map come before them."""


def stage_word(text: str) -> str:
    """How far the works are that `text` speaks of; blank where nobody knows.

    Words that say the same in two languages, `在建 Ongoing`, are known where either is, and they
    agree.
    """
    plain = text.strip().casefold()
    if plain in STAGE_WORDS:
        return str(STAGE_WORDS[plain])
    known = {str(STAGE_WORDS[part]) for part in tongues(plain) if part in STAGE_WORDS}
    return known.pop() if len(known) == 1 else ""
