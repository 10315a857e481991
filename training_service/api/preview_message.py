"""Translates the preview of the sales of a store into the messages of the contract."""

from shared.restaurant.place import Place
from smartsuschef.forecast.v1 import forecast_pb2, training_pb2
from training_service.outcomes import DataReport
from training_service.sources.how_read import DateForm, HowRead
from training_service.versions.sales_preview import SalesPreview


def preview_message(preview: SalesPreview) -> training_pb2.SalesPreview:
    """Translates a preview.

    Args:
        preview: What was understood of the sales of a store.
    """
    how = preview.how
    return training_pb2.SalesPreview(
        store=preview.store,
        form=_form(how),
        columns=[
            training_pb2.ChosenColumn(
                role=f"SALES_COLUMN_ROLE_{column.role.value}",
                name=column.name,
                chosen_by=f"CHOSEN_BY_{column.chosen_by.value}",
                why=column.why,
                example=column.example,
            )
            for column in how.columns
        ],
        unread_columns=how.unread_columns,
        dates=_dates(how.dates) if how.dates else None,
        rows_read=how.rows,
        rows_used=preview.report.rows,
        left_out=[
            training_pb2.LeftOutRows(reason=each.reason, rows=each.rows, lines=each.lines, column=each.column)
            for each in how.left_out
        ],
        restaurants=how.restaurants,
        restaurant=how.restaurant,
        dishes=[
            training_pb2.DishPreview(
                dish=each.dish,
                units=each.units,
                units_per_open_day=each.units_per_open_day,
                first_day=each.first_day.isoformat() if each.first_day else "",
                last_day=each.last_day.isoformat() if each.last_day else "",
                stopped=each.stopped,
                short=each.short,
            )
            for each in preview.dishes
        ],
        weekdays=[
            training_pb2.WeekdaySales(
                weekday=each.weekday,
                units_per_open_day=each.units_per_open_day,
                days=each.days,
                open_days=each.open_days,
            )
            for each in preview.weekdays
        ],
        closed_days=[
            training_pb2.ExpectedClosedDay(date=each.date.isoformat(), habit=each.habit, is_guess=each.is_guess)
            for each in preview.closed_days
        ],
        data_report=data_report_message(preview.report),
        location=location_message(preview.place),
        warnings=[forecast_pb2.Warning(reason=each.reason, message=each.message) for each in preview.warnings],
    )


def data_report_message(report: DataReport) -> training_pb2.DataReport:
    """Translates the report on the sales of a run.

    Args:
        report: What a run found in the sales.
    """
    plain = report.model_dump(mode="json", exclude={"similar_names"})
    similar = [training_pb2.SimilarNames(names=names) for names in report.similar_names]
    return training_pb2.DataReport(**plain, similar_names=similar)


def location_message(place: Place) -> forecast_pb2.Location:
    """Translates a place.

    Args:
        place: Place of a restaurant.
    """
    return forecast_pb2.Location(**place.model_dump())


def _form(how: HowRead) -> training_pb2.SalesForm:
    return training_pb2.SalesForm(
        kind=f"SALES_SOURCE_KIND_{how.kind.value}",
        till=how.till,
        encoding=how.encoding,
        separator=how.separator,
        sheet=how.sheet,
        header_line=how.header_line,
        decimal_mark=how.decimal_mark,
    )


def _dates(dates: DateForm) -> training_pb2.DateForm:
    return training_pb2.DateForm(
        format=dates.format,
        description=dates.description,
        chosen_by=f"CHOSEN_BY_{dates.chosen_by.value}",
        why=dates.why,
        example=dates.example,
        example_day=dates.example_day.isoformat() if dates.example_day else "",
    )
