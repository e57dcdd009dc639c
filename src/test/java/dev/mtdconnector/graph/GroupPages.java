package dev.mtdconnector.graph;

import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Pages of {@code groups/delta} without the requests that bring them, for what is measured of their reading alone. */
public final class GroupPages {

    private GroupPages() {}

    public static Position read(InputStream page, GroupSink sink) {
        try {
            return new GroupDeltaPage(sink).read(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
