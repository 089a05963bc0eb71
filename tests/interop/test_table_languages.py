"""Tables of offices in further languages, each with what a person reads in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.errors import Severity
from infraplan.optimizer.interop.table_spots import spot_in
from tests.interop.offices import Office, assert_read, csv
from tests.interop.tables import costs, imported, proposed, text_file, workbook, yearly

OFFICES: dict[str, Office] = {
    "a Japanese budget with 計 and ▲": Office(
        csv(
            "主要事業一覧,,,,\n,,,,（単位：百万円）\n"
            "事業名,担当課,事業費,令和8年度,令和9年度\n"
            "橋梁補修,道路課,500,200,300\n浄水場更新,水道局,250,250,0\n"
            "調整,財政課,▲50,▲50,0\n計,,700,400,300\n"
        ),
        {"橋梁補修": 500.0, "浄水場更新": 250.0},
        "million JPY",
        {"橋梁補修": {2026: 200.0, 2027: 300.0}},
        {"担当課": "sector", "事業費": "total"},
        told=frozenset({"negative-amount"}),
    ),
    "short Japanese years": Office(
        csv('事業名,R8年度（千円）,R9年度（千円）\n橋,"200,000","300,000"\n学校,"1,000",0\n'),
        {"橋": 500000.0, "学校": 1000.0},
        "thousand JPY",
        {"橋": {2026: 200000.0, 2027: 300000.0}},
    ),
    "French years under one group": Office(
        csv(
            "Opération;Secteur;Coût total (k€);Année;;\n;;;2026;2027;2028\n"
            "Pont;Voirie;1 250,5;250,5;500;500\nÉcole;Éducation;300;300;0;0\n"
            "Total général;;1 550,5;550,5;500;500\n"
        ),
        {"Pont": 1250.5, "École": 300.0},
        "thousand EUR",
        {"Pont": {2026: 250.5, 2027: 500.0, 2028: 500.0}},
    ),
    "French groups of works and a year of the programme": Office(
        csv(
            "Intitulé de l'opération;Maître d'ouvrage;Montant prévisionnel (M€);"
            "Année de début;Année de fin\n"
            "I. Voirie;;;;\nPont;Métropole;12,5;2026;2028\nTunnel;Métropole;30;2027;2031\n"
            "Sous-total Voirie;;42,5;;\nII. Eau;;;;\nStation;Syndicat;8;2026;2027\n"
            "Sous-total Eau;;8;;\nTOTAL;;50,5;;\n"
        ),
        {"Pont": 12.5, "Tunnel": 30.0, "Station": 8.0},
        "million EUR",
        fields={"Maître d'ouvrage": "jurisdiction"},
    ),
    "Spanish millions above the headings": Office(
        csv(
            "Plan de inversiones 2026-2028\n(millones de €)\n"
            "Proyecto;Área;Previsto 2026;Previsto 2027;Previsto 2028;Total previsto\n"
            "Puente;Movilidad;1,5;2,5;0;4\nDepuradora;Agua;0;3;3;6\nTotal;;1,5;5,5;3;10\n"
        ),
        {"Puente": 4.0, "Depuradora": 6.0},
        "million EUR",
        {"Puente": {2026: 1.5, 2027: 2.5}},
        {"Total previsto": "total"},
    ),
    "Indonesian million rupiah": Office(
        csv(
            "Rencana Kerja Pemerintah Daerah;;;;\n(dalam juta rupiah);;;;\n"
            "No;Nama Kegiatan;Lokasi;Pagu 2026;Pagu 2027\n"
            "1;Jembatan Citarum;Bandung;1.500,5;2.000\n2;Bendungan;Garut;300;0\n"
            "Jumlah;;;1.800,5;2.000\n"
        ),
        {"Jembatan Citarum": 3500.5, "Bendungan": 300.0},
        "million IDR",
        {"Jembatan Citarum": {2026: 1500.5, 2027: 2000.0}},
        {"Lokasi": "place"},
    ),
    "Korean million won": Office(
        csv(
            "2026년도 주요사업,,,,\n(단위: 백만원),,,,\n사업명,담당부서,총사업비,2026년,2027년\n"
            "교량 보수,도로과,500,200,300\n정수장,상수도과,250,250,0\n합계,,750,450,300\n"
        ),
        {"교량 보수": 500.0, "정수장": 250.0},
        "million KRW",
        {"교량 보수": {2026: 200.0, 2027: 300.0}},
        {"담당부서": "jurisdiction"},
    ),
    "Korean hundred millions in the heading": Office(
        csv(
            "사업명,위치,사업비(억원),착공,준공\n대교,부산,120,2026,2029\n도로,울산,30.5,2027,2028\n계,,150.5,,\n"
        ),
        {"대교": 120.0, "도로": 30.5},
        "100 million KRW",
        fields={"위치": "place"},
    ),
    "Vietnamese billion dong": Office(
        csv(
            "STT;Tên dự án;Địa điểm;Tổng mức đầu tư (tỷ đồng);Năm 2026;Năm 2027\n"
            "1;Cầu Rạch Miễu;Tiền Giang;1.200,5;700,5;500\n2;Hồ chứa nước;Bến Tre;300;300;0\n"
            ";Tổng cộng;;1.500,5;1.000,5;500\n"
        ),
        {"Cầu Rạch Miễu": 1200.5, "Hồ chứa nước": 300.0},
        "billion VND",
        {"Cầu Rạch Miễu": {2026: 700.5, 2027: 500.0}},
        {"Địa điểm": "place"},
    ),
    "Vietnamese million dong above": Office(
        csv(
            "KẾ HOẠCH ĐẦU TƯ CÔNG;;;\n;;;ĐVT: triệu đồng\nDanh mục dự án;Chủ đầu tư;2026;2027\n"
            "Đường tỉnh 1;Sở GTVT;1.500;2.500\nTrạm bơm;Sở NN;400;0\nTổng số;;1.900;2.500\n"
        ),
        {"Đường tỉnh 1": 4000.0, "Trạm bơm": 400.0},
        "million VND",
        fields={"Chủ đầu tư": "jurisdiction"},
    ),
    "Russian thousands of roubles": Office(
        csv(
            "Адресная инвестиционная программа;;;;;\n;;;;;тыс. рублей\n"
            "№ п/п;Наименование объекта;Заказчик;Сметная стоимость;2026 год;2027 год\n"
            "1;Мост через реку;ГКУ Дороги;1 200,5;700,5;500\n2;Школа;ГКУ Стройка;250;250;0\n"
            ";Всего;;1 450,5;950,5;500\n"
        ),
        {"Мост через реку": 1200.5, "Школа": 250.0},
        "thousand RUB",
        {"Мост через реку": {2026: 700.5, 2027: 500.0}},
        {"Заказчик": "jurisdiction"},
    ),
    "Italian thousands": Office(
        csv(
            "Descrizione intervento;Comune;Importo (migliaia di euro);Anno inizio;Anno fine\n"
            "Ponte;Roma;1.250,5;2026;2028\nScuola;Ostia;300;2026;2026\nTotale;;1.550,5;;\n"
        ),
        {"Ponte": 1250.5, "Scuola": 300.0},
        "thousand EUR",
        fields={"Comune": "place"},
    ),
    "Polish thousands of zloty": Office(
        csv(
            "Lp.;Nazwa zadania;Jednostka realizująca;Łączne nakłady (tys. zł);2026;2027\n"
            "1;Most;ZDM;1 200,5;700,5;500\n2;Szkoła;Wydział;250;250;0\nRazem;;;1 450,5;950,5;500\n"
        ),
        {"Most": 1200.5, "Szkoła": 250.0},
        "thousand PLN",
        {"Most": {2026: 700.5, 2027: 500.0}},
    ),
    "Brazilian thousands of reais": Office(
        csv(
            "Ação;Órgão;Valor (R$ mil);2026;2027\nPonte;DER;1.200,5;700,5;500\n"
            "Escola;SEDUC;250;250;0\nTotal geral;;1.450,5;950,5;500\n"
        ),
        {"Ponte": 1200.5, "Escola": 250.0},
        "thousand BRL",
        {"Ponte": {2026: 700.5, 2027: 500.0}},
    ),
    "French headings that two rows share": Office(
        csv(
            "Libellé de l'opération;Coût total TTC (k€);Année;;;Financement;;\n"
            ";;2026;2027;2028;Ville;Région;État\nPont;1 250;250;500;500;650;300;300\n"
            "École;300;300;0;0;300;0;0\nTOTAL;1 550;550;500;500;950;300;300\n"
        ),
        {"Pont": 1250.0, "École": 300.0},
        "thousand EUR",
        {"Pont": {2026: 250.0, 2027: 500.0, 2028: 500.0}},
        funds={"Ville": 950.0, "Région": 300.0, "État": 300.0},
    ),
    "Japanese dates of begin and end, and progress": Office(
        csv(
            "番号,事業名,場所,総事業費（億円）,着工,完了予定,進捗\n"
            "1,大橋,大阪市,120,令和6年度,令和10年度,工事中\n2,トンネル,堺市,30.5,2027年度,2030年度,計画\n"
            "計,,,150.5,,,\n"
        ),
        {"大橋": 120.0, "トンネル": 30.5},
        "100 million JPY",
        fields={"着工": "begins", "完了予定": "ends", "進捗": "stage", "場所": "place"},
    ),
    "Turkish thousands of lira": Office(
        csv(
            "Proje Adı;Yer;Proje Tutarı (bin TL);2026;2027\nKöprü;Ankara;1.200,5;700,5;500\n"
            "Okul;İzmir;250;250;0\nToplam;;1.450,5;950,5;500\n"
        ),
        {"Köprü": 1200.5, "Okul": 250.0},
        "thousand TRY",
        fields={"Yer": "place", "Proje Tutarı (bin TL)": "total"},
    ),
    "Thai millions of baht, years of the Buddhist era": Office(
        csv("ชื่อโครงการ,งบประมาณ (ล้านบาท),ปี 2569,ปี 2570\nสะพาน,100,60,40\nรวม,100,60,40\n"),
        {"สะพาน": 100.0},
        "million THB",
        {"สะพาน": {2026: 60.0, 2027: 40.0}},
    ),
    "Taiwan, years of the republic": Office(
        csv(
            "計畫名稱,主辦機關,總經費(億元),115年度,116年度\n"
            "大橋,公路局,100,60,40\n水庫,水利署,50,50,0\n合計,,150,110,40\n"
        ),
        {"大橋": 100.0, "水庫": 50.0},
        "100 million TWD",
        {"大橋": {2026: 60.0, 2027: 40.0}},
    ),
    "Dutch, x € 1.000": Office(
        csv(
            "Projectnaam;Gemeente;Bedrag (x € 1.000);2026;2027\n"
            "Brug;Utrecht;1.200;700;500\nSchool;Zeist;250;250;0\nTotaal;;1.450;950;500\n"
        ),
        {"Brug": 1200.0, "School": 250.0},
        "thousand EUR",
        fields={"Gemeente": "place"},
    ),
    "Swedish tkr": Office(
        csv(
            "Investeringsprojekt;Nämnd;Total budget (tkr);2026;2027\n"
            "Bro;Teknisk;1 200;700;500\nSkola;Utbildning;250;250;0\nSumma;;1 450;950;500\n"
        ),
        {"Bro": 1200.0, "Skola": 250.0},
        "thousand SEK",
        fields={"Nämnd": "jurisdiction"},
    ),
    "Ukrainian thousands of hryvnias": Office(
        csv(
            "Назва об'єкта;Замовник;Вартість, тис. грн;2026 рік;2027 рік\n"
            "Міст;Служба доріг;1 200,5;700,5;500\nШкола;Управління;250;250;0\n"
            "Усього;;1 450,5;950,5;500\n"
        ),
        {"Міст": 1200.5, "Школа": 250.0},
        "thousand UAH",
    ),
    "Arabic millions": Office(
        csv(
            "اسم المشروع,التكلفة (مليون درهم),2026,2027\nجسر,100,60,40\nمدرسة,50,50,0\n"
            "الإجمالي,150,110,40\n"
        ),
        {"جسر": 100.0, "مدرسة": 50.0},
        "million AED",
    ),
    "German commitments beside appropriations": Office(
        csv(
            "Maßnahme;Amt;Gesamtkosten in T€;VE 2026;Ansatz 2026;Ansatz 2027\n"
            "Brücke;Tiefbau;1.200,5;0;700,5;500\nSchule;Hochbau;250;100;250;0\n"
            "Summe;;1.450,5;100;950,5;500\n"
        ),
        {"Brücke": 1200.5, "Schule": 250.0},
        "thousand EUR",
        {"Brücke": {2026: 700.5, 2027: 500.0}},
        {"VE 2026": None},
    ),
}


@pytest.mark.parametrize("key", OFFICES)
def test_an_office_is_read_in_its_language(tmp_path: Path, key: str) -> None:
    assert_read(OFFICES[key], tmp_path)


def test_sheets_that_are_years_hold_the_amounts_of_their_year(tmp_path: Path) -> None:
    heads = ["Project", "Department", "Budget ($)"]
    first = [heads, ["Bridge", "Roads", 100], ["Main", "Water", 50], ["Total", "", 150]]
    second = [heads, ["Bridge", "Roads", 200], ["Depot", "Transit", 70], ["Total", "", 270]]
    path = workbook(tmp_path, [["nothing"]], sheets={"FY2026": first, "FY2027": second})
    found = proposed(path)
    assert "year: sheet" in found.text
    made = imported(path, found.text)
    assert costs(made) == {"Bridge": 300.0, "Main": 50.0, "Depot": 70.0}
    assert yearly(made.instance, "Bridge") == {2026: 100.0, 2027: 200.0}
    assert yearly(made.instance, "Depot") == {2027: 70.0}


def test_a_summary_by_year_is_no_table_of_projects(tmp_path: Path) -> None:
    summary = [["Year", "Total ($)"], [2026, 150], [2027, 270]]
    heads = ["Project", "Budget ($)"]
    sheets = {
        "FY26": [heads, ["Bridge", 100], ["Main", 50], ["Total", 150]],
        "FY27": [heads, ["Bridge", 200], ["Depot", 70], ["Total", 270]],
    }
    path = workbook(tmp_path, summary, sheets=sheets)
    made = imported(path, proposed(path).text)
    assert costs(made) == {"Bridge": 300.0, "Main": 50.0, "Depot": 70.0}


def test_of_several_reports_on_a_project_the_latest_counts(tmp_path: Path) -> None:
    path = text_file(
        tmp_path,
        "Report date,Project,Total cost,Status\n2024-03-31,Bridge,100,Design\n"
        "2024-09-30,Bridge,120,Construction\n2024-03-31,Main,40,Design\n",
    )
    found = proposed(path)
    assert "latest: Report date" in found.text
    assert costs(imported(path, found.text)) == {"Bridge": 120.0, "Main": 40.0}


def test_names_that_repeat_are_asked_about(tmp_path: Path) -> None:
    path = text_file(tmp_path, "Project,Cost ($)\nSidewalks,100\nSidewalks,50\nMain,40\n")
    assert any("have the name of another" in str(ask) for ask in proposed(path).asks)


def test_two_projects_of_one_name_in_a_sheet_are_not_added(tmp_path: Path) -> None:
    heads = ["Project", "Budget ($)"]
    first = [heads, ["Bridge", 100], ["Bridge", 50]]
    path = workbook(tmp_path, [["nothing"]], sheets={"2026": first, "2027": first})
    found = proposed(path)
    assert "\nrepeats:" not in found.text
    assert any(finding.severity is Severity.ERROR for finding in found.findings)


@pytest.mark.parametrize(
    ("cells", "spots"),
    [
        (("43.65, -79.38", "43.70,-79.40"), ((-79.38, 43.65), (-79.4, 43.7))),
        (("(48.85 / 2.35)", "48.8; 2.3"), ((2.35, 48.85), (2.3, 48.8))),
        (("POINT (-79.38 43.65)", "POINT(-79.4 43.7)"), ((-79.38, 43.65), (-79.4, 43.7))),
        (("106.55, 29.56", "107.1, 29.9"), ((106.55, 29.56), (107.1, 29.9))),
        (("43.65° N, 79.38° W", "33.5S 70.6W"), ((-79.38, 43.65), (-70.6, -33.5))),
    ],
)
def test_latitude_and_longitude_in_one_cell(
    tmp_path: Path, cells: tuple[str, str], spots: tuple[tuple[float, float], ...]
) -> None:
    text = (
        f'Project,Coordinates,Cost ($)\nBridge,"{cells[0]}",100\nMain,"{cells[1]}",50\nDepot,,25\n'
    )
    path = text_file(tmp_path, text)
    found = proposed(path)
    assert {use.heading: use.field for use in found.summary.columns}["Coordinates"] == "lat_lon"
    made = imported(path, found.text)
    placed = [(row.lon, row.lat) for row in made.instance.places]
    assert placed == [pytest.approx(spot) for spot in spots]


@pytest.mark.parametrize("text", ["95.0, 95.0", "1, 2", "Toronto", "43.65", "12.5, 200.1, 3.0", ""])
def test_what_is_no_spot_is_none(text: str) -> None:
    assert spot_in(text) is None
