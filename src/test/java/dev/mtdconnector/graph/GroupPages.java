package dev.mtdconnector.graph;

import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Pages of {@code groups/delta} without the requests that bring them, for what is measured of their reading alone. */
public final class GroupPages {

    private final GroupDeltaPage page = new GroupDeltaPage();

    public Position read(InputStream body, GroupSink sink) {
        try {
            return page.read(body, sink);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
