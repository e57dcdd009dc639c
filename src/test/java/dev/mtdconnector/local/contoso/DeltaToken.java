package dev.mtdconnector.local.contoso;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Where a delta query stands: the query that was asked first, and how far the answers went.
 *
 * @param link whether it ends a round ({@code $deltatoken}) or leads through one ({@code $skiptoken})
 * @param resource {@code groups} or {@code devices}
 * @param select the properties asked for; empty for the usual ones
 * @param ids the objects asked for; empty for all
 * @param full whether everything is read, or changes alone
 * @param origin the change after which a round of changes began; of a full round, the change at which it began
 * @param place the change that was shown last; of a full round, the place of the next object
 * @param inner of a full round, the place of the next member
 * @param page how many pages of the round were answered
 */
record DeltaToken(
        boolean link,
        String resource,
        List<String> select,
        List<String> ids,
        boolean full,
        long origin,
        long place,
        int inner,
        int page,
        Instant issuedAt) {

    DeltaToken {
        select = List.copyOf(select);
        ids = List.copyOf(ids);
    }

    static DeltaToken first(String resource, List<String> select, List<String> ids, long last, Instant now) {
        return new DeltaToken(false, resource, select, ids, true, last, 0, 0, 0, now);
    }

    /** The same round, further on. */
    DeltaToken at(long nextPlace, int nextInner, Instant now) {
        return new DeltaToken(false, resource, select, ids, full, origin, nextPlace, nextInner, page + 1, now);
    }

    /** The same, beginning after an earlier change. */
    DeltaToken from(long number) {
        return new DeltaToken(link, resource, select, ids, full, number, number, inner, page, issuedAt);
    }

    /** The end of the round: what comes after this change is news. */
    DeltaToken end(long number, Instant now) {
        return new DeltaToken(true, resource, select, ids, false, number, number, 0, 0, now);
    }

    String text() {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBoolean(link);
            out.writeUTF(resource);
            out.writeUTF(String.join(",", select));
            out.writeShort(ids.size());
            for (String id : ids) {
                UUID guid = UUID.fromString(id);
                out.writeLong(guid.getMostSignificantBits());
                out.writeLong(guid.getLeastSignificantBits());
            }
            out.writeBoolean(full);
            out.writeLong(origin);
            out.writeLong(place);
            out.writeInt(inner);
            out.writeInt(page);
            out.writeLong(issuedAt.toEpochMilli());
            out.writeInt(sum(bytes.toByteArray()));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty when the text is no token. */
    static Optional<DeltaToken> read(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            int end = bytes.length - Integer.BYTES;
            if (end <= 0) {
                return Optional.empty();
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            boolean link = in.readBoolean();
            String resource = in.readUTF();
            String selected = in.readUTF();
            List<String> ids = new ArrayList<>();
            int count = in.readUnsignedShort();
            for (int i = 0; i < count; i++) {
                ids.add(new UUID(in.readLong(), in.readLong()).toString());
            }
            DeltaToken token = new DeltaToken(
                    link,
                    resource,
                    selected.isEmpty() ? List.of() : List.of(selected.split(",", -1)),
                    ids,
                    in.readBoolean(),
                    in.readLong(),
                    in.readLong(),
                    in.readInt(),
                    in.readInt(),
                    Instant.ofEpochMilli(in.readLong()));
            return in.readInt() == sum(Arrays.copyOf(bytes, end)) && in.read() < 0
                    ? Optional.of(token)
                    : Optional.empty();
        } catch (IllegalArgumentException | IOException e) {
            return Optional.empty();
        }
    }

    private static int sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return (int) sum.getValue();
    }
}
