package dev.mtdconnector.storage;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.rest.PagedResponse;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
import com.azure.data.tables.TableClient;
import com.azure.data.tables.models.ListEntitiesOptions;
import com.azure.data.tables.models.TableEntity;
import com.azure.data.tables.models.TableEntityUpdateMode;
import com.azure.data.tables.models.TableErrorCode;
import com.azure.data.tables.models.TableServiceException;
import com.azure.data.tables.models.TableTransactionAction;
import com.azure.data.tables.models.TableTransactionActionType;
import com.azure.data.tables.models.TableTransactionFailedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One table behind the SDK's client.
 *
 * <p>The table is created when a write finds it missing; to a read it is empty. One change is one plain request (no
 * multipart body, the fastest the service has), several are a transaction.
 */
final class AzureTable implements Table {

    private static final int NOT_FOUND = 404;

    private final TableClient client;

    AzureTable(TableClient client) {
        this.client = client;
    }

    @Override
    public Optional<Row> get(String partition, String key) {
        TableRules.checkKeys(partition, key);
        return call("get", () -> {
            try {
                Response<TableEntity> response = client.getEntityWithResponse(partition, key, null, null, Context.NONE);
                return Optional.of(Entities.row(response.getValue()));
            } catch (TableServiceException e) {
                if (isMissing(e)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public Page query(Range range, int limit, @Nullable String continuation) {
        TableRules.checkLimit(limit);
        ListEntitiesOptions options = new ListEntitiesOptions().setTop(limit);
        String filter = Filters.of(range);
        if (!filter.isEmpty()) {
            options.setFilter(filter);
        }
        return call("query", () -> {
            try {
                PagedResponse<TableEntity> page = client.listEntities(options, null, Context.NONE)
                        .iterableByPage(continuation)
                        .iterator()
                        .next();
                List<Row> rows = page.getElements().stream().map(Entities::row).toList();
                return new Page(rows, page.getContinuationToken());
            } catch (HttpResponseException e) {
                // Not a TableServiceException: here the SDK lets an internal type out.
                if (isMissing(e)) {
                    return new Page(List.of(), null);
                }
                throw e;
            }
        });
    }

    @Override
    public List<@Nullable String> transact(List<Change> changes) {
        TableRules.checkTransaction(changes);
        return call("write", () -> {
            try {
                return send(changes);
            } catch (TableServiceException e) {
                if (!TableErrorCode.TABLE_NOT_FOUND.equals(code(e))) {
                    throw e;
                }
                client.createTableWithResponse(null, Context.NONE);
                return send(changes);
            }
        });
    }

    private List<@Nullable String> send(List<Change> changes) {
        Exchange exchange = new Exchange();
        try {
            return changes.size() == 1
                    ? Collections.singletonList(sendOne(changes.get(0), exchange))
                    : sendTransaction(changes, exchange);
        } catch (TableServiceException e) {
            ConflictException conflict = conflict(e, changes.size());
            if (conflict == null) {
                throw e;
            }
            if (exchange.wasRepeated()) {
                throw new StorageException(failure("write"), e);
            }
            throw conflict;
        }
    }

    private @Nullable String sendOne(Change change, Exchange exchange) {
        Context context = exchange.context();
        Response<Void> response;
        if (change instanceof Change.Insert insert) {
            response = client.createEntityWithResponse(Entities.entity(insert.row(), null), null, context);
        } else if (change instanceof Change.Upsert upsert) {
            response = client.upsertEntityWithResponse(
                    Entities.entity(upsert.row(), null), mode(upsert.mode()), null, context);
        } else if (change instanceof Change.Update update) {
            response = client.updateEntityWithResponse(
                    Entities.entity(update.row(), update.ifMatch()),
                    mode(update.mode()),
                    update.ifMatch() != null,
                    null,
                    context);
        } else {
            String ifMatch = ((Change.Delete) change).ifMatch();
            response = client.deleteEntityWithResponse(
                    Entities.keys(change.row(), ifMatch), ifMatch != null, null, context);
            if (response.getStatusCode() == NOT_FOUND) {
                // The SDK takes this for a success.
                if (exchange.wasRepeated()) {
                    throw new StorageException(failure("delete"), new IllegalStateException("Missing on a repeat"));
                }
                throw new ConflictException(0, ConflictException.Reason.MISSING);
            }
            return null;
        }
        return wholeEtag(response.getHeaders().getValue(HttpHeaderName.ETAG));
    }

    private List<@Nullable String> sendTransaction(List<Change> changes, Exchange exchange) {
        List<TableTransactionAction> actions = new ArrayList<>(changes.size());
        for (Change change : changes) {
            actions.add(action(change));
        }
        client.submitTransactionWithResponse(actions, null, exchange.context());
        List<@Nullable String> etags = exchange.etags();
        if (etags.size() != changes.size()) {
            throw new IllegalStateException(
                    "The answer to " + changes.size() + " changes holds " + etags.size() + " results");
        }
        return Collections.unmodifiableList(etags);
    }

    private static TableTransactionAction action(Change change) {
        Row row = change.row();
        if (change instanceof Change.Insert) {
            return new TableTransactionAction(TableTransactionActionType.CREATE, Entities.entity(row, null));
        }
        if (change instanceof Change.Upsert upsert) {
            return new TableTransactionAction(
                    upsert.mode() == Change.Mode.MERGE
                            ? TableTransactionActionType.UPSERT_MERGE
                            : TableTransactionActionType.UPSERT_REPLACE,
                    Entities.entity(row, null));
        }
        if (change instanceof Change.Update update) {
            return new TableTransactionAction(
                    update.mode() == Change.Mode.MERGE
                            ? TableTransactionActionType.UPDATE_MERGE
                            : TableTransactionActionType.UPDATE_REPLACE,
                    Entities.entity(row, update.ifMatch()),
                    update.ifMatch() != null);
        }
        String ifMatch = ((Change.Delete) change).ifMatch();
        return new TableTransactionAction(
                TableTransactionActionType.DELETE, Entities.keys(row, ifMatch), ifMatch != null);
    }

    private static TableEntityUpdateMode mode(Change.Mode mode) {
        return mode == Change.Mode.MERGE ? TableEntityUpdateMode.MERGE : TableEntityUpdateMode.REPLACE;
    }

    /** The SDK (12.5.9) strips the closing quote of a weak ETag in a header, which would then match nothing. */
    private static @Nullable String wholeEtag(@Nullable String etag) {
        boolean cut = etag != null && etag.startsWith("W/\"") && !etag.endsWith("\"");
        return cut ? etag + '"' : etag;
    }

    /** Null when the failure is no conflict, or its place cannot be told. */
    private static @Nullable ConflictException conflict(TableServiceException e, int changes) {
        ConflictException.Reason reason = reason(code(e));
        Integer index = e instanceof TableTransactionFailedException failed
                ? failed.getFailedTransactionActionIndex()
                : Integer.valueOf(0);
        return reason == null || index == null || index < 0 || index >= changes
                ? null
                : new ConflictException(index, reason);
    }

    private static ConflictException.@Nullable Reason reason(@Nullable TableErrorCode code) {
        if (TableErrorCode.ENTITY_ALREADY_EXISTS.equals(code)) {
            return ConflictException.Reason.EXISTS;
        }
        if (TableErrorCode.RESOURCE_NOT_FOUND.equals(code) || TableErrorCode.ENTITY_NOT_FOUND.equals(code)) {
            return ConflictException.Reason.MISSING;
        }
        return TableErrorCode.UPDATE_CONDITION_NOT_SATISFIED.equals(code) ? ConflictException.Reason.CHANGED : null;
    }

    private static @Nullable TableErrorCode code(TableServiceException e) {
        return e.getValue() == null ? null : e.getValue().getErrorCode();
    }

    private static boolean isMissing(HttpResponseException e) {
        HttpResponse response = e.getResponse();
        return response != null && response.getStatusCode() == NOT_FOUND;
    }

    /** Runs a call of the SDK; whatever it fails with, but a conflict, is a failure of storage. */
    private <T> T call(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (ConflictException | StorageException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            // A LinkageError: the SDK met an XML answer, and has no parser for it. It must not reach the worker, which
            // answers nothing at all then.
            Interrupts.restore(e);
            throw new StorageException(failure(what), e);
        }
    }

    private String failure(String what) {
        return "Table " + client.getTableName() + " could not be used: " + what;
    }
}
