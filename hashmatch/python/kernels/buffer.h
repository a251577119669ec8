/* Python's buffer protocol, for Python 3.10 too.
 *
 * It belongs to the stable interface from Python 3.11 on, just as it was in 3.10, whose headers and whose successors'
 * keep it from a module that is to be loaded by 3.10. So it is said again here: as in Include/pybuffer.h of 3.11, which
 * no later version may change, and in Include/cpython/object.h of 3.10, which gets no more changes.
 */
#ifndef HASHMATCH_BUFFER_H
#define HASHMATCH_BUFFER_H

#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 < 0x030B0000
typedef struct {
    void *buf;
    PyObject *obj;
    Py_ssize_t len, itemsize;
    int readonly, ndim;
    char *format;
    Py_ssize_t *shape, *strides, *suboffsets;
    void *internal;
} Py_buffer;

#define PyBUF_WRITABLE 0x0001
#define PyBUF_FORMAT 0x0004
#define PyBUF_C_CONTIGUOUS (0x0020 | 0x0010 | 0x0008) /* with strides, with a shape */

PyAPI_FUNC(int) PyObject_GetBuffer(PyObject *object, Py_buffer *view, int flags);
PyAPI_FUNC(void) PyBuffer_Release(Py_buffer *view);
#endif

#endif
