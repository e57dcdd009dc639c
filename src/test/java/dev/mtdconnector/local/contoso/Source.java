package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the objects of a page come from: a page is read alone, however many there are. */
interface Source {

    /**
     * The objects of one page.
     *
     * @param last id of the last object of the page before; null for the first page
     */
    Slice<Item> page(int place, @Nullable String last, int size);

    int count();

    /** Objects that are few, or hard to find singly. */
    static Source of(List<Item> items) {
        return listed(items.stream().map(Item::id).toList(), items::get);
    }

    /**
     * Objects that were counted out before.
     *
     * @param at makes the object at an index
     */
    static Source listed(List<String> ids, Function<Integer, Item> at) {
        return new Source() {
            @Override
            public Slice<Item> page(int place, @Nullable String last, int size) {
                int from = last == null ? 0 : after(place, last);
                int to = (int) Math.min(ids.size(), (long) from + size);
                List<Item> page = java.util.stream.IntStream.range(from, to)
                        .mapToObj(at::apply)
                        .toList();
                return new Slice<>(page, to < ids.size() ? to : Slice.END);
            }

            /** If the last one shown is gone since, its place is where to go on. */
            private int after(int place, String last) {
                if (place > 0 && place <= ids.size() && ids.get(place - 1).equals(last)) {
                    return place;
                }
                int found = ids.indexOf(last);
                return found >= 0 ? found + 1 : Math.min(ids.size(), Math.max(0, place - 1));
            }

            @Override
            public int count() {
                return ids.size();
            }
        };
    }

    /** Some of something. */
    interface Pages<T> {
        Slice<T> of(int from, int most);
    }

    /** Objects with places that never change. */
    static <T> Source of(Pages<T> pages, Function<? super T, Item> item) {
        return new Source() {
            @Override
            public Slice<Item> page(int place, @Nullable String last, int size) {
                return pages.of(place, size).map(item);
            }

            @Override
            public int count() {
                return pages.of(0, Integer.MAX_VALUE).items().size();
            }
        };
    }
}
