"""Writes small workbooks of several kinds, as spreadsheets do, with nothing but the standard library."""

import datetime as dt
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Cell = str | float | dt.date | None
Sheets = Mapping[str, Sequence[Sequence[Cell]]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ZERO = dt.date(1899, 12, 30)


def write_xlsx(path: Path, sheets: Sheets, *, hidden: Sequence[str] = ()) -> None:
    """Writes an Excel workbook in XML. Dates are numbers with a format of dates, as Excel writes them.

    Args:
        path: Path of the file.
        sheets: Rows of each sheet by its name.
        hidden: Names of sheets that nobody sees.
    """
    with zipfile.ZipFile(path, "w") as archive:
        _write_parts(archive, "xml", list(sheets))
        listed = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}" '
            f'state="{"hidden" if name in hidden else "visible"}"/>'
            for number, name in enumerate(sheets, start=1)
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
        )
        for number, rows in enumerate(sheets.values(), start=1):
            body = "".join(
                f'<row r="{row}">'
                + "".join(_xml_cell(cell, row, column) for column, cell in enumerate(cells))
                + "</row>"
                for row, cells in enumerate(rows, start=1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>',
            )


def write_xlsb(path: Path, sheets: Sheets) -> None:
    """Writes a binary Excel workbook (BIFF12), with dates as text.

    Args:
        path: Path of the file.
        sheets: Rows of each sheet by its name.
    """
    with zipfile.ZipFile(path, "w") as archive:
        _write_parts(archive, "bin", list(sheets))
        bundle = b"".join(
            _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
            for number, name in enumerate(sheets, start=1)
        )
        archive.writestr("xl/workbook.bin", _record(131) + _record(143) + bundle + _record(144) + _record(132))
        for number, rows in enumerate(sheets.values(), start=1):
            body = b"".join(
                _record(0, struct.pack("<IIHHI", row, 0, 0, 0, 0) + b"\0" * 4)
                + b"".join(_binary_cell(cell, column) for column, cell in enumerate(cells) if cell is not None)
                for row, cells in enumerate(rows)
            )
            size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
            archive.writestr(
                f"xl/worksheets/sheet{number}.bin",
                _record(129) + _record(148, size) + _record(145) + body + _record(146) + _record(130),
            )


def write_ods(path: Path, sheets: Sheets) -> None:
    """Writes a workbook of LibreOffice (OpenDocument).

    Args:
        path: Path of the file.
        sheets: Rows of each sheet by its name.
    """
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}</office:spreadsheet>"
            "</office:body></office:document-content>",
        )


def _write_parts(archive: zipfile.ZipFile, kind: str, names: Sequence[str]) -> None:
    content = "application/vnd.ms-excel.sheet.binary.macroEnabled.main" if kind == "bin" else "application/xml"
    archive.writestr(
        "[Content_Types].xml",
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="{kind}" ContentType="{content}"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    )
    relation = '<Relationship Id="rId{0}" Type="{1}/{2}" Target="{3}"/>'
    archive.writestr(
        "_rels/.rels",
        f'<Relationships xmlns="{_RELATIONS}">'
        + relation.format(1, _OFFICE, "officeDocument", f"xl/workbook.{kind}")
        + "</Relationships>",
    )
    sheets = "".join(
        relation.format(number, _OFFICE, "worksheet", f"worksheets/sheet{number}.{kind}")
        for number in range(1, len(names) + 1)
    )
    styles = relation.format(99, _OFFICE, "styles", "styles.xml") if kind == "xml" else ""
    archive.writestr(
        f"xl/_rels/workbook.{kind}.rels",
        f'<Relationships xmlns="{_RELATIONS}">{sheets}{styles}</Relationships>',
    )


def _xml_cell(cell: Cell, row: int, column: int) -> str:
    place = f'r="{chr(ord("A") + column)}{row}"'
    if cell is None:
        return ""
    if isinstance(cell, dt.date):
        return f'<c {place} s="1"><v>{(cell - _ZERO).days}</v></c>'
    if isinstance(cell, str):
        return f'<c {place} t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f"<c {place}><v>{cell!r}</v></c>"


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, dt.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'


def _binary_cell(cell: Cell, column: int) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(cell, float | int):
        return _record(5, place + struct.pack("<d", cell))
    return _record(6, place + _wide(str(cell)))


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _record(kind: int, body: bytes = b"") -> bytes:
    """A record of BIFF12: its kind and its length as numbers of seven bits a byte, then its body."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(body)
    while size > 0x7F:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + body
